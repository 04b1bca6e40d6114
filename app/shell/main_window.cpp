// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QThreadPool>
#include <QVBoxLayout>
#include <algorithm>
#include <set>

#include "feed/wording.h"
#include "shell/cluster_commands.h"
#include "shell/drill.h"
#include "shell/first_run.h"
#include "shell/gui_stats.h"
#include "shell/layout_keeper.h"
#include "shell/new_payment_dialog.h"
#include "shell/palette.h"
#include "shell/place_stack.h"
#include "shell/places.h"
#include "shell/start_page.h"
#include "shell/story_card.h"
#include "shell/time_bar_link.h"
#include "shell/traffic.h"
#include "widgets/alert_bar.h"
#include "widgets/command_palette.h"
#include "widgets/dialog_frame.h"
#include "widgets/environment_band.h"
#include "widgets/rail.h"
#include "widgets/time_bar.h"

namespace indoubt::console::shell {

using feed::qs;

namespace {

theme::Environment environmentOf(const std::string& name) {
    if (name == "production") return theme::Environment::Production;
    if (name == "drill") return theme::Environment::Drill;
    if (name == "test") return theme::Environment::Test;
    return name == "sandbox" ? theme::Environment::Sandbox : theme::Environment::Production;  // unknown: the one with the most care
}

theme::ThemeChoice rememberedTheme() {
    const QString name = QSettings().value(QStringLiteral("view/theme")).toString();
    return name == QLatin1String("light") ? theme::ThemeChoice::Light : name == QLatin1String("dark") ? theme::ThemeChoice::Dark : theme::ThemeChoice::System;
}

}  // namespace

MainWindow::MainWindow(const Options& options, QWidget* parent) : QMainWindow(parent), m_options(options), m_parts(std::make_unique<Parts>()) {
    const auto choice = options.themeGiven ? options.theme : rememberedTheme();
    m_theme = theme::Theme::installed() ? theme::Theme::installed() : theme::Theme::install(*qobject_cast<QApplication*>(QCoreApplication::instance()), choice);
    if (m_theme->choice() != choice) m_theme->setChoice(choice);
    m_stats = new GuiStats(this);
    m_host = new ClusterHost(this);
    if (options.role == QLatin1String("operator")) m_parts->session.setRole(feed::Role::Operator);
    if (options.role == QLatin1String("support")) m_parts->session.setRole(feed::Role::Support);
    if (options.role == QLatin1String("trainer")) m_parts->session.setRole(feed::Role::Trainer);
    const auto environment = environmentOf(options.environment.toStdString());
    m_parts->session.setCluster(environment, options.clusterName.isEmpty() ? tr("Local sandbox") : options.clusterName,
                                environment == theme::Environment::Sandbox || environment == theme::Environment::Drill);
    build();
    connectParts();
    addCommands();
    addShortcuts();
    addPersonMenu();
    // The design's size where the screen has it: a window taller than its screen would hide the time bar.
    resize(QSize(1440, 900).boundedTo(screen()->availableSize() - QSize(8, 40)).expandedTo(minimumSize()));
    m_layout = new LayoutKeeper(this, m_places);
    m_layout->restore();
    showEnvironment();
    startCluster();
}

MainWindow::~MainWindow() {
    m_timeLink->disconnect();
    m_parts->feed.detach();
    m_traffic->setClient(nullptr);
    // Places look at the parts until their very end.
    delete takeCentralWidget();
    m_parts->executor.setClient(nullptr);
}

void MainWindow::build() {
    auto* root = new QWidget(this);
    auto* outer = new QVBoxLayout(root);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_band = new widgets::EnvironmentBand(root);
    outer->addWidget(m_band);
    m_noContact = new widgets::AlertBar(root);
    m_noContact->setObjectName(QStringLiteral("noContactBar"));
    m_noContact->setButtonsVisible(false);
    m_noContact->hide();
    outer->addWidget(m_noContact);
    m_front = new QStackedWidget(root);
    outer->addWidget(m_front, 1);
    m_startPage = new StartPage(m_front);
    m_front->addWidget(m_startPage);

    m_body = new QWidget(m_front);
    auto* row = new QHBoxLayout(m_body);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_rail = new widgets::Rail(m_body);
    row->addWidget(m_rail);
    m_places = new PlaceStack(m_body);
    row->addWidget(m_places, 1);
    for (const auto& made : makePlaces(context(), m_places)) {
        m_places->addPlace(made.place);
        m_rail->addItem(made.place->id(), made.glyph, made.place->title());
    }
    m_firstRun = new FirstRun(context(), m_places, m_body);
    row->addWidget(m_firstRun->card());
    m_front->addWidget(m_body);
    m_timeBar = new widgets::TimeBar(root);
    outer->addWidget(m_timeBar);
    setCentralWidget(root);
    m_timeLink = new TimeBarLink(context(), m_timeBar, this);
    m_palette = new widgets::CommandPalette(this);
    m_payments = std::make_unique<PaymentProvider>(context());
    connect(m_payments.get(), &PaymentProvider::changed, m_palette, &widgets::CommandPalette::refresh);
    m_commands = std::make_unique<CommandProvider>(context());
    m_palette->addProvider(m_payments.get());
    m_palette->addProvider(m_commands.get());
    m_notice = new widgets::Notice(m_front);
    m_traffic = new Traffic(context(), this);
    new ClusterCommands(context(), this);
    new Drill(context(), this);
    m_front->setCurrentWidget(m_startPage);
    setMinimumSize(1024, 640);
}

void MainWindow::connectParts() {
    auto* parts = m_parts.get();
    connect(m_rail, &widgets::Rail::chosen, this, &MainWindow::openPlace);
    connect(m_places, &PlaceStack::currentChangedTo, m_rail, [this](const QString& id) { m_rail->setCurrent(id == QLatin1String("story") ? QStringLiteral("timeline") : id); });
    connect(m_band, &widgets::EnvironmentBand::searchRequested, m_palette, &widgets::CommandPalette::open);
    connect(&parts->navigator, &feed::Navigator::openRequested, this, &MainWindow::openPlace);
    connect(&parts->navigator, &feed::Navigator::paymentRequested, this, [this](const QString& place, const base::Xid& xid) {
        m_parts->selection.selectPayment(xid);
        openPlace(place);
    });
    connect(&parts->navigator, &feed::Navigator::filterRequested, this, [this](const QString& place, const QString& filter) {
        openPlace(place);
        if (auto* target = m_places->place(place)) target->setFilter(filter);
    });
    connect(&parts->navigator, &feed::Navigator::noticeRequested, this, [this](const QString& text, bool problem) { m_notice->say(text, problem ? theme::Glyph::Undetermined : theme::Glyph::Check); });
    connect(&parts->navigator, &feed::Navigator::commandRequested, &parts->commands, [this](const QString& id) {
        if (m_parts->commands.run(id)) return;
        for (const auto& command : m_parts->commands.list())
            if (command.id == id && command.whyNot) m_notice->say(tr("Not now: %1.").arg(command.whyNot()), theme::Glyph::Undetermined);
    });
    connect(&parts->feed, &feed::Feed::secondPassed, this, &MainWindow::showHealth);
    connect(&parts->feed, &feed::Feed::connectionChanged, this, &MainWindow::showHealth);
    connect(&parts->session, &feed::Session::personChanged, this, &MainWindow::showEnvironment);
    connect(&parts->session, &feed::Session::clusterChanged, this, &MainWindow::showEnvironment);
    connect(m_host, &ClusterHost::started, this, &MainWindow::onStarted);
    connect(m_host, &ClusterHost::failed, this, [this](const base::Error& error) {
        m_startPage->showFailure(error, m_options.connectTarget, m_host->dataDirectory());
        showStartPage();
    });
    connect(m_host, &ClusterHost::stopped, this, [this] {
        if (m_closing) QCoreApplication::exit(0);  // quit() would ask this window again, which says no while it closes
        else startCluster();
    });
    connect(m_startPage, &StartPage::retryRequested, this, &MainWindow::startCluster);
    connect(m_startPage, &StartPage::elsewhereRequested, this, &MainWindow::openElsewhere);
}

void MainWindow::startCluster() {
    if (m_options.connectTarget.isEmpty()) m_startPage->showStarting(tr("Starting the cluster"), tr("The coordinator and its participants read their logs."));
    else m_startPage->showStarting(tr("Connecting to %1").arg(m_options.connectTarget), tr("Its environment and its nodes are known when it answers."));
    showStartPage();
    m_host->start(m_options);
}

// Without a cluster there is no time to move in and nothing to search: what would only pretend is not shown.
void MainWindow::showStartPage() {
    m_front->setCurrentWidget(m_startPage);
    m_timeBar->hide();
    m_band->setSearchVisible(false);
    showEnvironment();
}

void MainWindow::onStarted() {
    const auto& info = m_host->info();
    auto& parts = *m_parts;
    parts.session.setCluster(environmentOf(info.shape.environment), qs(info.shape.name), info.faults_allowed);
    parts.executor.setClient(m_host->client());
    parts.feed.attach(m_host->client());
    m_traffic->setClient(m_host->client());
    m_timeLink->setTrace(qs(info.trace));
    m_rail->setItemVisible(QStringLiteral("lab"), parts.session.faultsAllowed());
    m_front->setCurrentWidget(m_body);
    m_timeBar->show();
    m_band->setSearchVisible(true);
    m_live = true;
    showEnvironment();
    if (parts.session.environment() == theme::Environment::Sandbox && m_options.connectTarget.isEmpty() && (m_options.freshStory || !FirstRun::done())) m_firstRun->begin();
    else openPlace(startPlace());
    if (!m_tornOffAgain)
        for (const QString& id : m_layout->tornOff())
            if (m_rail->items().contains(id)) m_places->tearOff(id);
    m_tornOffAgain = true;
    emit becameLive();
}

QString MainWindow::startPlace() const {
    switch (m_parts->session.role()) {
        case feed::Role::Support: return QStringLiteral("desk");
        case feed::Role::Trainer: return QStringLiteral("lab");
        case feed::Role::Operator: return QStringLiteral("watch");
        case feed::Role::Owner: break;
    }
    return QSettings().value(QStringLiteral("window/place"), QStringLiteral("watch")).toString();
}

void MainWindow::openElsewhere() {
    if (!m_options.connectTarget.isEmpty()) {
        m_options.connectTarget.clear();
        startCluster();
        return;
    }
    const QString directory = QFileDialog::getExistingDirectory(this, tr("A directory for the cluster's data"), m_host->dataDirectory());
    if (directory.isEmpty()) return;
    m_options.dataDirectory = directory;
    startCluster();
}

void MainWindow::showEnvironment() {
    const auto& session = m_parts->session;
    m_band->setEnvironment(session.environment());
    if (!m_live && !m_options.connectTarget.isEmpty()) {
        // Whose cluster that is, and as whom one would act, its answer will tell: until then nothing is claimed.
        m_band->setUnknown(tr("NOT CONNECTED"));
        m_band->setCluster(m_options.connectTarget, {});
        m_band->setPerson({}, {});
        setWindowTitle(tr("not connected to %1").arg(m_options.connectTarget));
        return;
    }
    const auto nodes = m_live ? m_host->info().nodes.size() : 0;
    QString detail;
    if (m_live) {
        const auto& protocol = m_host->info().shape.protocol;
        const QString words = protocol.name == "2pc-pa" ? tr("presumed abort") : qs(protocol.name);
        detail = feed::counted(nodes, tr("1 node"), tr("%1 nodes")) + QStringLiteral(" · ") + words;
        if (!session.faultsAllowed()) detail += QStringLiteral(" · ") + tr("no fault injection");
    }
    m_band->setCluster(session.cluster(), detail);
    m_band->setPerson(session.person(), session.roleWord());
    const QString tail = QStringLiteral("%1 %2").arg(widgets::EnvironmentBand::environmentWord(session.environment()), session.cluster());
    setWindowTitle(tail);
    m_places->setTitleTail(tail);
    showHealth();
}

void MainWindow::showHealth() {
    const auto& view = m_parts->feed.newest();
    int up = 0;
    QStringList silent;
    for (const auto& node : view.nodes()) {
        if (node.state == view::NodeState::up) ++up;
        else if (node.state != view::NodeState::unknown) silent << qs(node.node.name());
    }
    const int all = static_cast<int>(view.nodes().size());
    if (!m_live || all == 0) m_band->setNotice({});
    else if (!m_parts->feed.connected()) m_band->setNotice(tr("no contact"));
    else if (silent.isEmpty()) m_band->setNotice(all == 1 ? tr("the node answers") : tr("all %1 nodes answer").arg(all));
    else if (silent.size() == 1) m_band->setNotice(tr("%1 does not answer").arg(silent.first()));
    else m_band->setNotice(tr("%1 do not answer").arg(silent.join(QStringLiteral(", "))));
    const auto& feed = m_parts->feed;
    const bool lost = m_live && !m_closing && feed.outOfTouch();
    // How many are up is not known without contact: no number is better than the last one.
    m_rail->setFooter(m_live ? (lost ? tr("no contact") : feed.isPast() ? tr("paused") : feed.connected() ? tr("live") : tr("no contact")) : QString(), m_live ? (lost ? tr("? of %1").arg(all) : tr("%1 of %2").arg(up).arg(all)) : QString());
    if (lost) {
        const QString at = feed::timeText(feed.liveHlc(), m_parts->session.zone(), feed::Precision::Seconds);
        m_noContact->setText(tr("No contact with the cluster."), view.last_hlc() == 0 ? tr("Nothing has been read yet.") : tr("As of %1: what has happened since is not known, and nothing here can be acted on.").arg(at), tr("tries again by itself"));
    }
    m_noContact->setVisible(lost);
    // Whatever needs a person, each payment once, wherever it stands on the Desk.
    std::set<base::Xid> waiting;
    for (const auto& cause : view.causes(m_parts->feed.liveHlc())) waiting.insert(cause.payments.begin(), cause.payments.end());
    m_rail->setBadge(QStringLiteral("desk"), static_cast<int>(waiting.size()));
}

void MainWindow::openPlace(const QString& id) {
    // While the story is told it stands in for the timeline.
    if (m_firstRun->active() && id == QLatin1String("timeline")) {
        m_places->setCurrent(QStringLiteral("story"));
        m_rail->setCurrent(QStringLiteral("timeline"));
        return;
    }
    if (!m_places->place(id) || !m_rail->items().contains(id)) {
        if (id != QLatin1String("watch")) openPlace(QStringLiteral("watch"));
        return;
    }
    m_places->setCurrent(id);
    m_rail->setCurrent(id);
}

void MainWindow::newPayment() {
    if (!m_live) return;
    auto* dialog = new NewPaymentDialog(context(), m_host->info().shape.protocol, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::copyTicket() {
    const auto t = m_parts->feed.view().find(m_parts->selection.xid());
    if (!t) return;
    QGuiApplication::clipboard()->setText(feed::ticketText(m_parts->feed.view(), *t, m_parts->feed.nowHlc(), m_parts->session));
    m_notice->say(tr("The ticket text of %1 is on the clipboard.").arg(feed::referenceText(*t)));
}

void MainWindow::saveLayout() {
    m_layout->save();
    QStringList torn;
    for (const QString& id : m_rail->items())
        if (m_places->isTornOff(id)) torn << id;
    m_layout->saveTornOff(torn);
    if (m_live && m_rail->items().contains(m_places->current())) QSettings().setValue(QStringLiteral("window/place"), m_places->current());
}

void MainWindow::closeNow() {
    m_closeSure = true;
    close();
}

// The cluster goes with its window; what is in doubt then stays so, and nobody can settle it.
bool MainWindow::leavesInDoubt() const {
    if (!m_live || !m_options.connectTarget.isEmpty() || m_parts->feed.outOfTouch()) return false;
    const auto counters = m_parts->feed.newest().counters(m_parts->feed.liveHlc());
    return counters.stuck + counters.blocked + counters.not_delivered > 0;
}

void MainWindow::askToClose() {
    if (findChild<QDialog*>(QStringLiteral("closeDialog"))) return;
    const auto counters = m_parts->feed.newest().counters(m_parts->feed.liveHlc());
    auto* dialog = new widgets::DialogFrame(m_parts->session.environment(), m_parts->session.cluster(), tr("Stop the cluster?"), this);
    dialog->setObjectName(QStringLiteral("closeDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const auto open = std::max({counters.stuck, counters.blocked, counters.not_delivered});
    dialog->addWords(tr("It runs in this window and ends with it. %1, with what is on hold and locked, until it is started again. Whoever else is connected to it loses it.")
                         .arg(feed::counted(open, tr("1 payment stays in doubt"), tr("%1 payments stay in doubt"))));
    dialog->setSafeButton(tr("Keep it running"));
    dialog->setActButton(tr("Stop the cluster"), false);
    connect(dialog, &widgets::DialogFrame::acted, this, [this, dialog] {
        dialog->accept();
        closeNow();
    });
    dialog->open();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_closing) {
        event->ignore();
        return;
    }
    if (!m_closeSure && leavesInDoubt()) {
        event->ignore();
        askToClose();
        return;
    }
    saveLayout();
    m_places->bringAllBack();
    m_closing = true;
    // The nodes make durable what they hold; the window says so instead of freezing, and goes when they are done.
    if (m_options.connectTarget.isEmpty()) m_startPage->showStarting(tr("Stopping the cluster"), tr("The nodes end in order; everything acknowledged is on disk."));
    else m_startPage->showStarting(tr("Closing"), tr("The cluster at %1 runs on.").arg(m_options.connectTarget));
    showStartPage();
    m_traffic->setClient(nullptr);
    m_parts->feed.detach();
    m_parts->executor.setClient(nullptr);
    if (m_host->busy()) {
        // Still starting: stop as soon as that is over.
        connect(m_host, &ClusterHost::started, m_host, &ClusterHost::stop);
        connect(m_host, &ClusterHost::failed, this, [] { QCoreApplication::exit(0); });
    } else {
        m_host->stop();
    }
    event->ignore();
}

}  // namespace indoubt::console::shell
