#include "datasets/base/cc_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int redirect(int fd, const char *path, int flags)
{
    if (!path) return 0;
    int f = open(path, flags, 0666);
    if (f < 0) return -1;
    int rc = dup2(f, fd) < 0 ? -1 : 0;
    if (f != fd) close(f);
    return rc;
}

static void child(char *const argv[], const char *out_path, const char *err_path, int report)
{
    int writing = O_WRONLY | O_CREAT | O_TRUNC;
    if (redirect(STDIN_FILENO, "/dev/null", O_RDONLY) == 0 && redirect(STDOUT_FILENO, out_path, writing) == 0
        && redirect(STDERR_FILENO, err_path, writing) == 0 && setenv("LC_ALL", "C.UTF-8", 1) == 0)
        execvp(argv[0], argv);
    int why = errno;
    ssize_t ignored = write(report, &why, sizeof why);
    (void)ignored;
    _exit(127);
}

enum cc_status cc_run(char *const argv[], const char *out_path, const char *err_path, int *code,
                      struct cc_error *err)
{
    *code = 127;
    int report[2], why = 0;
    if (pipe(report) != 0) return cc_error_set(err, CC_EIO, 0, 0, "cannot run %s: %s", argv[0], strerror(errno));
    fcntl(report[1], F_SETFD, FD_CLOEXEC);
    pid_t pid = fork();
    if (pid == 0) {
        close(report[0]);
        child(argv, out_path, err_path, report[1]);
    }
    if (pid < 0) why = errno;
    close(report[1]);
    ssize_t told;
    do told = read(report[0], &why, sizeof why);
    while (told < 0 && errno == EINTR);
    close(report[0]);
    int status = 0;
    if (pid > 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    if (pid < 0 || told == (ssize_t)sizeof why)
        return cc_error_set(err, CC_EIO, 0, 0, "cannot run %s: %s", argv[0], strerror(why));
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (*code == 0) return CC_OK;
    return cc_error_set(err, CC_EIO, 0, 0, "%s ended with status %d", argv[0], *code);
}
