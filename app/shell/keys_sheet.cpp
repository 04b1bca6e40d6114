// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/keys_sheet.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::shell {

namespace {

struct Line {
    QString key, does;
};

QWidget* block(const QString& title, const QList<Line>& lines, QWidget* parent) {
    auto* box = new QWidget(parent);
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 8);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->addWidget(new widgets::TextLabel(title, theme::TextRole::Strong, widgets::Ink::Text, box), 0, 0, 1, 2);
    int row = 1;
    for (const auto& line : lines) {
        grid->addWidget(new widgets::KeyHint(line.key, box), row, 0, Qt::AlignLeft | Qt::AlignVCenter);
        grid->addWidget(new widgets::TextLabel(line.does, theme::TextRole::Body, widgets::Ink::Text, box), row++, 1);
    }
    grid->setColumnMinimumWidth(0, 112);
    grid->setColumnStretch(1, 1);
    return box;
}

}  // namespace

KeysSheet::KeysSheet(bool singleKeys, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("keysSheet"));
    setWindowTitle(tr("Keys"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(24, 20, 24, 16);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(32);
    auto* left = new QVBoxLayout;
    auto* right = new QVBoxLayout;
    left->addWidget(block(tr("Everywhere"), {{tr("Ctrl+K"), tr("Find a payment, run an action")}, {tr("Ctrl+1 .. 6"), tr("Watch, Desk, Timeline, Log, Money, Lab")}, {tr("Ctrl+F"), tr("Filter here")},
                                             {tr("Ctrl+N"), tr("New payment")}, {tr("F6"), tr("Next pane")}, {tr("Alt+Left, Right"), tr("Selection before, after")}, {tr("Ctrl+C"), tr("Copy the row")},
                                             {tr("Ctrl+Shift+C"), tr("Copy ticket text")}, {tr("F1"), tr("This sheet")}}, this));
    right->addWidget(block(tr("Time"), {{tr("F8"), tr("Pause the view; the cluster runs on")}, {tr("End"), tr("Back to live")}}, this));
    right->addWidget(block(tr("Timeline and lists, while they have focus"), {{tr("j k"), tr("Rows")}, {tr(", ."), tr("Events")}, {tr("w s"), tr("Zoom")}, {tr("a d"), tr("Pan")}, {tr("f"), tr("Fit")},
                                                                            {tr("x"), tr("Axis: folded, order, clock")}, {tr("m"), tr("Mark")}, {tr("Enter"), tr("Open the timeline")}}, this));
    right->addWidget(block(tr("Lab"), {{tr("Ctrl+Shift+H"), tr("Heal all")}}, this));
    left->addStretch();
    right->addStretch();
    columns->addLayout(left);
    columns->addLayout(right);
    outer->addLayout(columns);
    auto* letters = new QCheckBox(tr("Single letters work while the timeline or a list has focus"), this);
    letters->setChecked(singleKeys);
    connect(letters, &QCheckBox::toggled, this, &KeysSheet::singleKeysChanged);
    auto* foot = new QHBoxLayout;
    foot->addWidget(letters);
    foot->addStretch();
    auto* close = widgets::primaryButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    foot->addWidget(close);
    outer->addSpacing(8);
    outer->addLayout(foot);
}

}  // namespace indoubt::console::shell
