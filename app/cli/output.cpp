// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "context.h"

namespace indoubt::cli {

void keep_standard_streams() {
    // The lowest free number is given out: in this order each takes its own. The wrong way round on purpose.
    for (const int wanted : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(wanted, F_GETFD) < 0 && errno == EBADF) (void)!::open("/dev/null", wanted == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int finish_output(int code) {
    const bool failed_before = std::ferror(stdout) != 0;
    errno = 0;
    if (std::fflush(stdout) == 0 && !failed_before) return code;
    const std::string why = errno != 0 ? std::string(": ") + std::strerror(errno) : std::string();
    fmt::print(stderr, "indoubtctl: the answer could not be written to stdout{}; what was ordered may have been carried out all the same\n", why);
    return exit_bad_input;
}

}  // namespace indoubt::cli
