// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
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

// What Qt says before it aborts, for want of a screen, is long and advises to install it again.
void without_a_screen(QtMsgType type, const QMessageLogContext&, const QString& text) {
    if (type != QtFatalMsg) return;
    const QByteArray display = qgetenv("WAYLAND_DISPLAY").isEmpty() ? qgetenv("DISPLAY") : qgetenv("WAYLAND_DISPLAY");
    if (qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        std::fprintf(stderr, "indoubt: no window can be opened with QT_QPA_PLATFORM=%s: %s\n", qgetenv("QT_QPA_PLATFORM").constData(), text.section(QLatin1Char('\n'), 0, 0).toUtf8().constData());
    else if (display.isEmpty())
        std::fprintf(stderr, "indoubt: there is no display here (DISPLAY and WAYLAND_DISPLAY are not set). Without one: indoubtd, a cluster, and indoubtctl, the same in a terminal.\n");
    else
        std::fprintf(stderr, "indoubt: the display %s cannot be reached. Without one: indoubtd, a cluster, and indoubtctl, the same in a terminal.\n", display.constData());
    std::_Exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    // Help and version are for a terminal: without a display a QApplication would abort.
    if (std::any_of(argv + 1, argv + argc, [](std::string_view word) { return word == "--help" || word == "-h" || word == "--version"; })) {
        QCoreApplication app(argc, argv);
        return answer(shell::parseOptions(QCoreApplication::arguments())).value_or(0);
    }
    shell::StopSignals stop;
    const QtMessageHandler usual = qInstallMessageHandler(without_a_screen);
    QApplication app(argc, argv);
    qInstallMessageHandler(usual);
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
    QObject::connect(&stop, &shell::StopSignals::asked, &window, &shell::MainWindow::closeNow);
    window.show();
    return QApplication::exec();
}
