// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/test_main.h"

#include <QCoreApplication>
#include <cstring>
#include <iostream>

namespace indoubt::tests {
std::vector<TestClass>& registry() {
    static std::vector<TestClass> classes;
    return classes;
}
}  // namespace indoubt::tests

#ifdef INDOUBT_GUI_TEST
#include <QApplication>
#include <QStandardPaths>
#include <QTemporaryDir>
using Application = QApplication;
#else
using Application = QCoreApplication;
#endif

int main(int argc, char** argv) {
    std::string only;
    std::vector<char*> rest{argv[0]};
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) only = argv[++i];
        else rest.push_back(argv[i]);
    }
#ifdef INDOUBT_GUI_TEST
    // A console under test must neither read nor write the tester's own settings.
    QTemporaryDir home;
    for (const char* name : {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}) qputenv(name, home.path().toUtf8());
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QStandardPaths::setTestModeEnabled(true);
#endif
    int count = static_cast<int>(rest.size());
    Application app(count, rest.data());
    int failed = 0, ran = 0;
    for (const auto& test : indoubt::tests::registry()) {
        if (!only.empty() && test.name != only) continue;
        auto object = test.make();
        failed += QTest::qExec(object.get(), count, rest.data());
        ++ran;
    }
    if (ran == 0) {
        std::cerr << "no test class named '" << only << "'\n";
        return 2;
    }
    return failed == 0 ? 0 : 1;
}
