// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QRadioButton>
#include <QSpinBox>
#include <QTabBar>
#include <QTreeWidget>

#include "console/theme_gallery.h"
#include "theme/glyphs.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/data_table.h"
#include "widgets/labels.h"

namespace indoubt::console::gallery {

QWidget* makeControls(const theme::Tokens& tokens) {
    auto* window = new QWidget;
    theme::pinTokens(window, tokens);
    auto* grid = new QGridLayout(window);
    auto* combo = new QComboBox;
    combo->addItems({"Banque du Lac", "Hafenbank"});
    grid->addWidget(combo, 0, 0);
    auto* off = new QComboBox;
    off->addItem("not now");
    off->setEnabled(false);
    grid->addWidget(off, 0, 1);
    auto* line = new QLineEdit("INV-2042");
    grid->addWidget(line, 0, 2);
    auto* spin = new QSpinBox;
    spin->setValue(16);
    grid->addWidget(spin, 0, 3);
    auto* checked = new QCheckBox("force at once");
    checked->setChecked(true);
    grid->addWidget(checked, 1, 0);
    grid->addWidget(new QCheckBox("trace all"), 1, 1);
    auto* chosen = new QRadioButton("before force");
    chosen->setChecked(true);
    grid->addWidget(chosen, 1, 2);
    grid->addWidget(new QRadioButton("after force"), 1, 3);
    auto* tabs = new QTabBar;
    for (const char* name : {"Evidence", "Money", "Events"}) tabs->addTab(name);
    grid->addWidget(tabs, 2, 0, 1, 2);
    auto* progress = new QProgressBar;
    progress->setValue(40);
    grid->addWidget(progress, 2, 2);
    auto* menuButton = widgets::secondaryButton("Crash");
    menuButton->setMenu(new QMenu(menuButton));
    grid->addWidget(menuButton, 2, 3);
    auto* tree = new QTreeWidget;
    tree->setHeader(new widgets::TableHead(Qt::Horizontal, tree));
    tree->setHeaderLabels({"field", "value"});
    auto* top = new QTreeWidgetItem(tree, {"Event", "append PREPARED at B"});
    new QTreeWidgetItem(top, {"node", "B, Banque du Lac, incarnation 7"});
    auto* second = new QTreeWidgetItem(top, {"order", "seq 9,482,107, record 48,132"});
    tree->expandAll();
    second->setSelected(true);
    new QTreeWidgetItem(new QTreeWidgetItem(tree, {"Record", "PREPARED"}), {"leg", "debit"});
    grid->addWidget(tree, 3, 0, 1, 2);
    auto* text = new QPlainTextEdit("Reason for the ticket");
    grid->addWidget(text, 3, 2);
    auto* list = new QListWidget;
    for (int i = 0; i < 40; ++i) list->addItem(QStringLiteral("rule %1").arg(i));
    list->setCurrentRow(2);
    grid->addWidget(list, 3, 3);
    // A menu is a window of its own; here it stands in the sheet.
    auto* menu = new QMenu;
    menu->setParent(window, Qt::Widget);
    menu->addAction(theme::glyphIcon(theme::Glyph::Crash), "Crash T\tCtrl+K");
    auto* mark = menu->addAction("Cut both ways");
    mark->setCheckable(true);
    mark->setChecked(true);
    menu->addSeparator();
    menu->addMenu("More")->addAction("x");
    menu->addAction("Restart T")->setEnabled(false);
    menu->setActiveAction(mark);
    grid->addWidget(menu, 4, 0, 1, 2);
    auto* quiet = widgets::quietButton("Zoom");
    grid->addWidget(quiet, 4, 2, Qt::AlignLeft | Qt::AlignTop);
    grid->addWidget(widgets::iconButton(theme::Glyph::Pin, "Pin"), 4, 3, Qt::AlignLeft | Qt::AlignTop);
    return window;
}

}  // namespace indoubt::console::gallery
