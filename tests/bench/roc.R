# The benchmark of roc in R: Rscript roc.R auc|bootstrap|boot FILE RESAMPLES
# The area with DeLong's interval, and stratified percentile limits, by pROC; the same limits by boot.
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[2])
resamples <- as.integer(arguments[3])
if (arguments[1] == "boot") {
  area <- function(d, i) {
    case <- d$truth[i] == 1
    m <- sum(case)
    r <- rank(d$score[i])
    (sum(r[case]) - m * (m + 1) / 2) / (m * (length(r) - m))
  }
  b <- boot::boot(d, area, R = resamples, strata = d$truth)
  print(boot::boot.ci(b, type = "perc"))
} else {
  suppressMessages(library(pROC))
  r <- roc(d$truth, d$score, levels = c(0, 1), direction = "<", quiet = TRUE)
  if (arguments[1] == "auc") print(ci.auc(r, method = "delong"))
  else print(ci.auc(r, method = "bootstrap", boot.n = resamples, progress = "none"))
}
