// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <cstdio>

#include "shell/main_window.h"
#include "shell/options.h"
#include "shell/stop_signals.h"

using namespace indoubt::console;

int main(int argc, char** argv) {
    shell::StopSignals stop;
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("indoubt"));
    QApplication::setApplicationDisplayName(QStringLiteral("Indoubt"));
    QApplication::setOrganizationName(QStringLiteral("indoubt"));
    QApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QApplication::setDesktopFileName(QStringLiteral("indoubt"));

    const auto parsed = shell::parseOptions(QApplication::arguments());
    if (!parsed.ok()) {
        std::fprintf(stderr, "indoubt: %s\nTry 'indoubt --help'.\n", parsed.error().message.c_str());
        return 2;
    }
    const shell::Options& options = *parsed;
    if (options.help || options.version) {
        std::printf("%s\n", options.help ? options.helpText.toUtf8().constData() : "indoubt 0.1.0");
        return 0;
    }
    shell::MainWindow window(options);
    stop.listen();
    QObject::connect(&stop, &shell::StopSignals::asked, &window, &shell::MainWindow::close);
    window.show();
    return QApplication::exec();
}
