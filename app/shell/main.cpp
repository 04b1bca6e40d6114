// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>

#include "shell/main_window.h"
#include "shell/options.h"
#include "shell/stop_signals.h"

using namespace indoubt::console;

namespace {

// What words alone answer, printed, with the exit code; nothing: the console is to open.
std::optional<int> answer(const indoubt::base::Result<shell::Options>& parsed) {
    if (!parsed.ok()) {
        std::fprintf(stderr, "indoubt: %s\nTry 'indoubt --help'.\n", parsed.error().message.c_str());
        return 2;
    }
    if (!parsed->help && !parsed->version) return std::nullopt;
    std::printf("%s\n", parsed->help ? parsed->helpText.toUtf8().constData() : "indoubt 0.1.0");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    // Help and version are for a terminal: without a display a QApplication would abort.
    if (std::any_of(argv + 1, argv + argc, [](std::string_view word) { return word == "--help" || word == "-h" || word == "--version"; })) {
        QCoreApplication app(argc, argv);
        return answer(shell::parseOptions(QCoreApplication::arguments())).value_or(0);
    }
    shell::StopSignals stop;
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("indoubt"));
    QApplication::setApplicationDisplayName(QStringLiteral("Indoubt"));
    QApplication::setOrganizationName(QStringLiteral("indoubt"));
    QApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QApplication::setDesktopFileName(QStringLiteral("indoubt"));

    const auto parsed = shell::parseOptions(QApplication::arguments());
    if (const auto code = answer(parsed)) return *code;
    const shell::Options& options = *parsed;
    shell::MainWindow window(options);
    stop.listen();
    QObject::connect(&stop, &shell::StopSignals::asked, &window, &shell::MainWindow::close);
    window.show();
    return QApplication::exec();
}
