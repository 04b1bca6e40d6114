// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/start_page.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "widgets/labels.h"

namespace indoubt::console::shell {

QString adviceFor(const base::Error& error, const QString& dataDirectory) {
    using Code = base::ErrorCode;
    const QString text = feed::qs(error.message);
    if (text.contains(QLatin1String("newer"))) return StartPage::tr("A newer Indoubt has written this data. Nothing was changed. Use that version, or open another directory.");
    if (error.code == Code::data_loss) return StartPage::tr("Nothing was changed. Copy %1 before anything else; a backup or the log of another node may hold what is missing.").arg(dataDirectory);
    if (text.contains(QLatin1String("in use")) || error.code == Code::already_exists) return StartPage::tr("Another Indoubt probably runs on this data or port. Close it, or open another directory here.");
    if (error.code == Code::resource_exhausted) return StartPage::tr("Free some space and retry. Nothing that was acknowledged is lost.");
    if (error.code == Code::permission_denied) return StartPage::tr("Check who owns %1, or open another directory.").arg(dataDirectory);
    if (error.code == Code::unavailable || error.code == Code::deadline_exceeded) return StartPage::tr("Check that the cluster runs and that the address is right, then retry.");
    if (error.code == Code::unauthenticated) return StartPage::tr("The token file must be the one the cluster wrote at its last start.");
    return StartPage::tr("Retry, or open another directory.");
}

StartPage::StartPage(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("startPage"));
    auto* outer = new QVBoxLayout(this);
    outer->addStretch(2);
    auto* row = new QHBoxLayout;
    row->addStretch();
    auto* column = new QVBoxLayout;
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    m_glyph = new widgets::GlyphLabel(theme::Glyph::Clock, 20, this);
    m_title = new widgets::TextLabel({}, theme::TextRole::Title, widgets::Ink::Text, this);
    m_title->setObjectName(QStringLiteral("startPage.title"));
    head->addWidget(m_glyph);
    head->addSpacing(8);
    head->addWidget(m_title, 1);
    m_words = new widgets::TextLabel({}, theme::TextRole::Body, widgets::Ink::Text, this);
    m_words->setObjectName(QStringLiteral("startPage.words"));
    m_advice = new widgets::TextLabel({}, theme::TextRole::Body, widgets::Ink::Muted, this);
    for (auto* label : {m_words, m_advice}) {
        label->setWordWrap(true);
        label->setFixedWidth(560);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto* buttons = new QHBoxLayout;
    m_retry = widgets::primaryButton(tr("Retry"), this);
    m_elsewhere = widgets::secondaryButton(tr("Open elsewhere..."), this);
    buttons->addWidget(m_retry);
    buttons->addWidget(m_elsewhere);
    buttons->addStretch();
    column->addLayout(head);
    column->addWidget(m_words);
    column->addWidget(m_advice);
    column->addSpacing(8);
    column->addLayout(buttons);
    row->addLayout(column);
    row->addStretch();
    outer->addLayout(row);
    outer->addStretch(3);
    connect(m_retry, &QPushButton::clicked, this, &StartPage::retryRequested);
    connect(m_elsewhere, &QPushButton::clicked, this, &StartPage::elsewhereRequested);
    showStarting({});
}

void StartPage::showStarting(const QString& what) {
    m_failed = false;
    m_glyph->setGlyph(theme::Glyph::Clock);
    m_title->setText(tr("Starting the cluster"));
    m_words->setText(what);
    m_advice->setText({});
    m_retry->hide();
    m_elsewhere->hide();
}

void StartPage::showStopping() { m_title->setText(tr("Stopping the cluster")); }

void StartPage::showFailure(const base::Error& error, const QString& dataDirectory, bool bundled) {
    m_failed = true;
    m_glyph->setGlyph(theme::Glyph::Crash);
    m_title->setText(bundled ? tr("The cluster did not start") : tr("The cluster does not answer"));
    m_words->setText(feed::errorText(error));
    m_advice->setText(adviceFor(error, dataDirectory));
    m_elsewhere->setText(bundled ? tr("Open elsewhere...") : tr("Start the bundled cluster"));
    m_retry->show();
    m_elsewhere->show();
    m_retry->setFocus();
}

}  // namespace indoubt::console::shell
