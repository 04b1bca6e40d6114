// SPDX-License-Identifier: GPL-3.0-or-later
// The window: band, rail, places, time bar, and what ties them together. It decides nothing about payments.
#pragma once
#include <QMainWindow>
#include <memory>

#include "shell/cluster_host.h"
#include "shell/options.h"
#include "shell/parts.h"

class QStackedWidget;
class QVBoxLayout;

namespace indoubt::console::theme {
class Theme;
}
namespace indoubt::console::widgets {
class AlertBar;
class CommandPalette;
class EnvironmentBand;
class Notice;
class Rail;
class TimeBar;
}

namespace indoubt::console::shell {

class ClusterCommands;
class CommandProvider;
class FirstRun;
class GuiStats;
class LayoutKeeper;
class PaymentProvider;
class PlaceStack;
class StartPage;
class TimeBarLink;
class Traffic;

class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(const Options& options, QWidget* parent = nullptr);
    ~MainWindow() override;

    const feed::Context& context() const { return m_parts->context; }
    ClusterHost* host() const { return m_host; }
    PlaceStack* places() const { return m_places; }
    FirstRun* firstRun() const { return m_firstRun; }
    GuiStats* guiStats() const { return m_stats; }
    bool live() const { return m_live; }
    void closeNow();  // without asking: the session or a signal ends it

  signals:
    void becameLive();

  protected:
    void closeEvent(QCloseEvent* event) override;

  private:
    void build();
    void connectParts();
    void addCommands();
    void addShortcuts();
    void addPersonMenu();
    void startCluster();
    void showStartPage();
    void onStarted();
    void showEnvironment();
    void showHealth();
    void openPlace(const QString& id);
    void newPayment();
    void copyTicket();
    bool leavesInDoubt() const;
    void askToClose();
    void saveLayout();
    QString startPlace() const;
    void openElsewhere();

    Options m_options;
    std::unique_ptr<Parts> m_parts;
    theme::Theme* m_theme;
    ClusterHost* m_host;
    GuiStats* m_stats;
    widgets::EnvironmentBand* m_band = nullptr;
    widgets::AlertBar* m_noContact = nullptr;  // over every place
    widgets::Rail* m_rail = nullptr;
    widgets::TimeBar* m_timeBar = nullptr;
    widgets::CommandPalette* m_palette = nullptr;
    widgets::Notice* m_notice = nullptr;
    QStackedWidget* m_front = nullptr;      // start page, or the places
    QWidget* m_body = nullptr;
    StartPage* m_startPage = nullptr;
    PlaceStack* m_places = nullptr;
    TimeBarLink* m_timeLink = nullptr;
    FirstRun* m_firstRun = nullptr;
    Traffic* m_traffic = nullptr;
    LayoutKeeper* m_layout = nullptr;
    std::unique_ptr<PaymentProvider> m_payments;
    std::unique_ptr<CommandProvider> m_commands;
    bool m_live = false, m_closing = false, m_closeSure = false, m_tornOffAgain = false;
};

}  // namespace indoubt::console::shell
