// SPDX-License-Identifier: GPL-3.0-or-later
// The band across the top: which environment this is, which cluster, one search field for everything, who one is.
#pragma once
#include <QWidget>

#include "theme/tokens.h"

class QMenu;
class QPushButton;

namespace indoubt::console::widgets {

class SearchButton;

class EnvironmentBand : public QWidget {
    Q_OBJECT
  public:
    explicit EnvironmentBand(QWidget* parent = nullptr);
    void setEnvironment(theme::Environment environment);
    void setUnknown(const QString& word);                         // no environment is claimed: a neutral plate with this word, until setEnvironment
    void setSearchVisible(bool visible);
    theme::Environment environment() const { return m_environment; }
    void setCluster(const QString& name, const QString& detail);  // "Local sandbox", "4 nodes · presumed abort"
    void setNotice(const QString& text);                          // "T does not answer", right of the search field
    void setPerson(const QString& name, const QString& role);     // "Ana Ruiz", "owner"
    void setPersonMenu(QMenu* menu);                              // not owned; nullptr: no chevron
    // The word for the title bar and for every action dialog: "PRODUCTION Rhein".
    static QString environmentWord(theme::Environment environment);
    // The plate at the left of a band as high as `band`; returns its width. Dialogs draw the same one.
    static int paintPlate(QPainter& painter, const QRect& band, theme::Environment environment, const theme::Tokens& tokens);
    QSize sizeHint() const override;

  signals:
    void searchRequested(const QString& typed);  // click, Enter, or a first typed character: open the palette with it

  protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

  private:
    void place();
    void nameIt();
    int rightInset() const;
    theme::Environment m_environment = theme::Environment::Sandbox;
    QString m_unknown, m_cluster, m_detail, m_notice;
    SearchButton* m_search;
    QPushButton* m_person;
};

}  // namespace indoubt::console::widgets
