// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/start_page.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "feed/wording.h"
#include "widgets/labels.h"

namespace indoubt::console::shell {

namespace {

// Whom --connect was to reach. What stands in the way is on this side (the token), between, or over there.
StartFailure connectFailure(const base::Error& error, const QString& target) {
    using Code = base::ErrorCode;
    StartFailure failure;
    failure.elsewhere = StartPage::tr("Start the bundled cluster");
    const bool silent = error.code == Code::unavailable || error.code == Code::deadline_exceeded;
    failure.title = silent ? StartPage::tr("%1 does not answer").arg(target) : StartPage::tr("Not connected to %1").arg(target);
    if (silent) failure.advice = StartPage::tr("Check that the cluster runs and that the address is right, then retry.");
    else if (error.code == Code::unauthenticated) failure.advice = StartPage::tr("The token must be the one the cluster wrote at its last start. Name its file with --token-file, or retry when it is there.");
    else if (error.code == Code::permission_denied) failure.advice = StartPage::tr("The token can be read by its owner only: start the console as that user.");
    else if (feed::qs(error.message).contains(QLatin1String("token"))) failure.advice = StartPage::tr("Name the token file the cluster wrote with --token-file, or retry when it is there.");
    else failure.advice = StartPage::tr("Nothing was changed. Check the address, then retry.");
    return failure;
}

}  // namespace

StartFailure startFailure(const base::Error& error, const QString& target, const QString& dataDirectory) {
    using Code = base::ErrorCode;
    if (!target.isEmpty()) return connectFailure(error, target);
    StartFailure failure;
    failure.title = StartPage::tr("The cluster did not start");
    failure.elsewhere = StartPage::tr("Open another directory...");
    const QString text = feed::qs(error.message);
    if (text.contains(QLatin1String("newer"))) {
        failure.advice = StartPage::tr("A newer Indoubt has written this data. Nothing was changed. Use that version, or open another directory.");
        failure.retry = false;
    } else if (error.code == Code::data_loss) {
        failure.advice = StartPage::tr("Nothing was changed. Copy %1 before anything else; a backup or the log of another node may hold what is missing.").arg(dataDirectory);
    } else if (text.startsWith(QLatin1String("port "))) {
        failure.advice = StartPage::tr("Close the program that uses the port, then retry.");
        failure.elsewhere.clear();  // the same port waits there
    } else if (text.contains(QLatin1String("in use")) || error.code == Code::already_exists) {
        failure.advice = StartPage::tr("Another Indoubt runs on this data. Close it and retry, or open another directory here.");
    } else if (error.code == Code::resource_exhausted) {
        failure.advice = StartPage::tr("Free some space and retry. Nothing that was acknowledged is lost.");
    } else if (error.code == Code::permission_denied) {
        failure.advice = StartPage::tr("Check who owns %1, or open another directory.").arg(dataDirectory);
    } else {
        failure.advice = StartPage::tr("Retry, or open another directory.");
    }
    return failure;
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
    m_advice->setObjectName(QStringLiteral("startPage.advice"));
    m_retry = widgets::primaryButton(tr("Retry"), this);
    m_retry->setObjectName(QStringLiteral("startPage.retry"));
    m_elsewhere = widgets::secondaryButton({}, this);
    m_elsewhere->setObjectName(QStringLiteral("startPage.elsewhere"));
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
    showStarting({}, {});
}

void StartPage::showStarting(const QString& title, const QString& what) {
    m_failed = false;
    m_glyph->setGlyph(theme::Glyph::Clock);
    m_title->setText(title);
    m_words->setText(what);
    m_advice->setText({});
    m_retry->hide();
    m_elsewhere->hide();
}

void StartPage::showFailure(const base::Error& error, const QString& target, const QString& dataDirectory) {
    const auto failure = startFailure(error, target, dataDirectory);
    m_failed = true;
    m_glyph->setGlyph(theme::Glyph::Crash);
    m_title->setText(failure.title);
    m_words->setText(feed::errorText(error));
    m_advice->setText(failure.advice);
    m_elsewhere->setText(failure.elsewhere);
    m_retry->setVisible(failure.retry);
    m_elsewhere->setVisible(!failure.elsewhere.isEmpty());
    (failure.retry ? m_retry : m_elsewhere)->setFocus();
}

}  // namespace indoubt::console::shell
