// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/options.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QStandardPaths>

#include "base/limits.h"
#include "cluster/options.h"
#include "commit/machine.h"

namespace indoubt::console::shell {

namespace {
struct OptionTexts {
    Q_DECLARE_TR_FUNCTIONS(Options)
};
base::Error wrong(const QString& text) { return base::invalid_argument(text.toStdString()); }
}  // namespace

QString defaultDataDirectory() { return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/indoubt/sandbox"); }

base::Result<Options> parseOptions(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(OptionTexts::tr("Indoubt: distributed payments, live, as they commit."));
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")}, OptionTexts::tr("Shows this.")), version(QStringLiteral("version"), OptionTexts::tr("Shows the version."));
    const QCommandLineOption data(QStringLiteral("data"), OptionTexts::tr("Where the bundled cluster keeps its databases."), QStringLiteral("DIR"));
    const QCommandLineOption connect(QStringLiteral("connect"), OptionTexts::tr("Watch a running cluster instead: HOST:PORT or unix:PATH."), QStringLiteral("TARGET"));
    const QCommandLineOption token(QStringLiteral("token-file"), OptionTexts::tr("Its token, readable by its owner only."), QStringLiteral("FILE"));
    const QCommandLineOption participants(QStringLiteral("participants"), OptionTexts::tr("Participants of the bundled cluster, 1 to 16."), QStringLiteral("N"), QStringLiteral("3"));
    const QCommandLineOption protocol(QStringLiteral("protocol"), OptionTexts::tr("How the bundled cluster's payments commit, unless a payment says otherwise: 2pc-pa, paxos-commit, ..."), QStringLiteral("NAME"), QStringLiteral("2pc-pa"));
    const QCommandLineOption cooperative(QStringLiteral("cooperative"), OptionTexts::tr("In-doubt branches ask each other too."));
    const QCommandLineOption faults(QStringLiteral("faults"), OptionTexts::tr("F, 0 to 2: 2F+1 managers, any F of which may fail, for a protocol that uses them (default: as in the directory, else 0)."), QStringLiteral("F"), QStringLiteral("0"));
    const QCommandLineOption role(QStringLiteral("role"), OptionTexts::tr("operator starts at Watch, support at Desk, trainer at Lab."), QStringLiteral("ROLE"));
    const QCommandLineOption theme(QStringLiteral("theme"), OptionTexts::tr("light, dark or system."), QStringLiteral("THEME"));
    const QCommandLineOption environment(QStringLiteral("environment"), OptionTexts::tr("What the bundled cluster declares: sandbox, test, drill or production."), QStringLiteral("NAME"), QStringLiteral("sandbox"));
    const QCommandLineOption name(QStringLiteral("cluster"), OptionTexts::tr("The bundled cluster's name."), QStringLiteral("NAME"));
    const QCommandLineOption story(QStringLiteral("first-payment"), OptionTexts::tr("Starts with the guided first payment."));
    parser.addOptions({help, version, data, connect, token, participants, protocol, cooperative, faults, role, theme, environment, name, story});

    if (!parser.parse(arguments)) return wrong(parser.errorText());
    if (!parser.positionalArguments().isEmpty()) return wrong(OptionTexts::tr("no argument is expected, but there is '%1'").arg(parser.positionalArguments().first()));
    Options options;
    options.help = parser.isSet(help);
    options.version = parser.isSet(version);
    options.helpText = parser.helpText();
    options.dataDirectory = parser.value(data);
    options.connectTarget = parser.value(connect);
    options.tokenFile = parser.value(token);
    options.clusterName = parser.value(name);
    options.freshStory = parser.isSet(story);
    options.participantsGiven = parser.isSet(participants);
    bool number = false;
    options.participants = parser.value(participants).toInt(&number);
    if (!number || options.participants < 1 || options.participants > base::limits::participants_max)
        return wrong(OptionTexts::tr("--participants takes a number from 1 to %1, not '%2'").arg(base::limits::participants_max).arg(parser.value(participants)));
    options.protocol = parser.value(protocol).toStdString();
    options.cooperative = parser.isSet(cooperative);
    const auto known = commit::find_protocol(options.protocol);
    if (!known.ok()) return wrong(OptionTexts::tr("--protocol: %1").arg(QString::fromStdString(known.error().message)));
    if (!(*known)->payments) return wrong(OptionTexts::tr("--protocol: '%1' is a counter-example for the Lab and never carries a payment").arg(parser.value(protocol)));
    options.faultsGiven = parser.isSet(faults);
    options.faults = parser.value(faults).toInt(&number);
    if (!number || options.faults < 0 || options.faults > cluster::faults_max)
        return wrong(OptionTexts::tr("--faults takes a number from 0 to %1, not '%2'").arg(cluster::faults_max).arg(parser.value(faults)));
    options.role = parser.value(role);
    if (!options.role.isEmpty() && !QStringList{QStringLiteral("operator"), QStringLiteral("support"), QStringLiteral("trainer")}.contains(options.role))
        return wrong(OptionTexts::tr("--role takes operator, support or trainer, not '%1'").arg(options.role));
    if (parser.isSet(theme)) {
        const QString choice = parser.value(theme);
        options.themeGiven = true;
        if (choice == QLatin1String("light")) options.theme = theme::ThemeChoice::Light;
        else if (choice == QLatin1String("dark")) options.theme = theme::ThemeChoice::Dark;
        else if (choice != QLatin1String("system")) return wrong(OptionTexts::tr("--theme takes light, dark or system, not '%1'").arg(choice));
    }
    options.environment = parser.value(environment);
    if (!QStringList{QStringLiteral("sandbox"), QStringLiteral("test"), QStringLiteral("drill"), QStringLiteral("production")}.contains(options.environment))
        return wrong(OptionTexts::tr("--environment takes sandbox, test, drill or production, not '%1'").arg(options.environment));
    if (!options.connectTarget.isEmpty() && !options.dataDirectory.isEmpty()) return wrong(OptionTexts::tr("--connect and --data exclude each other: a running cluster has its own data"));
    return options;
}

}  // namespace indoubt::console::shell
