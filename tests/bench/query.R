# The benchmark's query in R: Rscript query.R fread|read_fwf FILE THREADS
# fread reads the five columns of a CSV file, readr::read_fwf those of the fixed-width one (columns as in
# datasets/codebooks/ncands-child.csv). data.table counts.
suppressMessages(library(data.table))
arguments <- commandArgs(TRUE)
file <- arguments[2]
threads <- as.integer(arguments[3])
setDTthreads(threads)

if (arguments[1] == "fread") {
  d <- fread(file, select = c("STATERR", "RPTDISP", "CHAGE", "CHSEX", "CHMAL1"), colClasses = "character",
             na.strings = NULL, showProgress = FALSE)
} else {
  suppressMessages(library(readr))
  places <- fwf_cols(STATERR = c(5, 6), RPTDISP = c(52, 53), CHAGE = c(63, 64), CHSEX = c(73, 73),
                     CHMAL1 = c(88, 88))
  d <- setDT(read_fwf(file, places, col_types = "ccccc", na = character(), num_threads = threads,
                      progress = FALSE, lazy = FALSE))
}
d <- d[RPTDISP %in% c("01", "02")]
d[, age := suppressWarnings(as.integer(CHAGE))]
d[, age_group := as.character(cut(age, c(0, 1, 6, 11, 14, 16, 18, 24, Inf), right = FALSE,
                                  labels = c("0", "1-5", "6-10", "11-13", "14-15", "16-17", "18-23", "24+")))]
d[is.na(age) | age == 99, age_group := "unknown"]
d[age == 77, age_group := "unborn"]
shown <- function(text) fifelse(is.na(text) | text == "", "(blank)", text)
d[, c("CHSEX", "CHMAL1") := .(shown(CHSEX), shown(CHMAL1))]
fwrite(d[, .N, by = .(STATERR, age_group, CHSEX, CHMAL1)], "", col.names = FALSE, quote = FALSE)
