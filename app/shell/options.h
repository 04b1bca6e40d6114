// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of `indoubt`. Bad usage is an Error with the sentence for stderr; the program then ends with exit code 2.
#pragma once
#include <QString>
#include <QStringList>

#include "base/result.h"
#include "theme/theme.h"

namespace indoubt::console::shell {

struct Options {
    QString dataDirectory;            // empty: the person's own data directory
    QString connectTarget;            // "unix:PATH" or "HOST:PORT"; empty: the bundled cluster
    QString tokenFile;
    int participants = 3;             // 1..16; without --participants: as in the data directory
    bool participantsGiven = false;
    std::string protocol = "2pc-pa";  // of payments that name none; a cluster that --connect reaches has its own
    bool cooperative = false;
    int faults = 0;                   // F: 2F+1 managers; without --faults: as in the data directory
    bool faultsGiven = false;
    QString role;                     // "operator", "support", "trainer"; empty: owner, as last time
    theme::ThemeChoice theme = theme::ThemeChoice::System;
    bool themeGiven = false;
    QString environment = QStringLiteral("sandbox");
    QString clusterName;              // empty: by environment
    bool freshStory = false;          // show the guided first payment even if it was done
    bool help = false, version = false;
    QString helpText;
};
base::Result<Options> parseOptions(const QStringList& arguments);
QString defaultDataDirectory();

}  // namespace indoubt::console::shell
