// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/story_card.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "shell/story.h"
#include "theme/metrics.h"
#include "theme/strokes.h"
#include "theme/style.h"
#include "theme/theme.h"
#include "widgets/cards.h"
#include "widgets/labels.h"
#include "widgets/pane_head.h"

namespace indoubt::console::shell {

namespace {

constexpr int card_width = 352;
using widgets::Ink;
using widgets::TextLabel;

// The number of a step: filled for the one whose turn it is, framed for the rest, a tick once done.
class StepSign : public QWidget {
  public:
    enum class Look { Done, Now, Later };
    StepSign(int number, Look look, QWidget* parent) : QWidget(parent), m_number(number), m_look(look) { setFixedSize(22, 22); }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto& tokens = theme::tokensOf(this);
        const QRectF box(0.5, 0.5, 21, 21);
        painter.setPen(m_look == Look::Now ? tokens.accent : m_look == Look::Done ? tokens.text : tokens.border);
        painter.setBrush(m_look == Look::Now ? tokens.accent : m_look == Look::Later ? tokens.track : tokens.surface);
        painter.drawRoundedRect(box, 4, 4);
        if (m_look == Look::Done) {
            theme::paintGlyph(painter, theme::Glyph::Check, QRectF(3, 3, 16, 16), tokens);
            return;
        }
        painter.setPen(m_look == Look::Now ? tokens.onAccent : tokens.muted);
        painter.setFont(theme::font(theme::TextRole::SmallStrong));
        painter.drawText(box, Qt::AlignCenter, QString::number(m_number));
    }

  private:
    int m_number;
    Look m_look;
};

class Progress : public QWidget {
  public:
    Progress(int step, QWidget* parent) : QWidget(parent), m_step(step) { setFixedHeight(4); }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const auto& tokens = theme::tokensOf(this);
        const qreal w = (width() - 4.0 * (storySteps - 1)) / storySteps;
        for (int i = 0; i < storySteps; ++i) painter.fillRect(QRectF(i * (w + 4), 0, w, 4), i < m_step ? tokens.accent : tokens.track);
    }

  private:
    int m_step;
};

// One line of the legend: how a mark of the diagram looks.
class Mark : public QWidget {
  public:
    enum class Kind { Hollow, Solid, Band };
    Mark(Kind kind, QWidget* parent) : QWidget(parent), m_kind(kind) { setFixedSize(28, 24); }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto& tokens = theme::tokensOf(this);
        if (m_kind == Kind::Band) theme::drawInDoubtBand(painter, tokens, 0, 26, 12, {});
        else theme::drawForcedWrite(painter, tokens, 8, 12, m_kind == Kind::Solid);
    }

  private:
    Kind m_kind;
};

class DoorButton : public QPushButton {
  public:
    DoorButton(theme::Glyph glyph, const QString& title, const QString& words, QWidget* parent) : QPushButton(parent), m_glyph(glyph), m_title(title), m_words(words) {
        setAccessibleName(title);
        setAccessibleDescription(words);
        setMinimumHeight(44);
        setCursor(Qt::PointingHandCursor);
        theme::setButtonKind(this, theme::ButtonKind::Quiet);
    }
    QSize sizeHint() const override { return {280, 44}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto& tokens = theme::tokensOf(this);
        if (underMouse()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(tokens.rowHover);
            painter.drawRoundedRect(rect(), 4, 4);
        }
        theme::paintGlyph(painter, m_glyph, QRectF(8, 6, 20, 20), tokens, tokens.muted);
        painter.setFont(theme::font(theme::TextRole::Body));
        painter.setPen(isEnabled() ? tokens.text : tokens.faint);
        painter.drawText(QRectF(42, 4, width() - 46, 18), Qt::AlignLeft | Qt::AlignVCenter, m_title);
        painter.setFont(theme::font(theme::TextRole::Small));
        painter.setPen(tokens.muted);
        painter.drawText(QRectF(42, 22, width() - 46, 16), Qt::AlignLeft | Qt::AlignVCenter, m_words);
    }

  private:
    theme::Glyph m_glyph;
    QString m_title, m_words;
};

TextLabel* label(const QString& text, theme::TextRole role, Ink ink, QWidget* parent) {
    auto* made = new TextLabel(text, role, ink, parent);
    made->setWordWrap(true);
    return made;
}

QWidget* line(QWidget* left, QWidget* right, QWidget* parent, int gap = 12) {
    auto* box = new QWidget(parent);
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    layout->addWidget(left, 0, Qt::AlignTop);
    layout->addWidget(right, 1);
    return box;
}

}  // namespace

StoryCard::StoryCard(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("storyCard"));
    setFixedWidth(card_width);
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(1, 0, 0, 0);
    m_layout->setSpacing(0);
    rebuild();
}

void StoryCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto& tokens = theme::tokensOf(this);
    painter.fillRect(rect(), tokens.panel);
    painter.fillRect(QRect(0, 0, 1, height()), tokens.border);
}

void StoryCard::setStep(int step) {
    if (step == m_step) return;
    m_step = step;
    m_sinceStep.start();
    m_busy = false;
    m_busyWords.clear();
    rebuild();
}

void StoryCard::setBusy(bool busy, const QString& words) {
    if (busy == m_busy && words == m_busyWords) return;
    m_busy = busy;
    m_busyWords = words;
    rebuild();
}

void StoryCard::setAnswer(int answer) {
    m_answer = answer;
    rebuild();
}

void StoryCard::rebuild() {
    if (m_content) m_content->deleteLater();
    const bool hadFocus = m_content && m_content->isAncestorOf(focusWidget());
    m_primary = nullptr;
    m_content = new QWidget(this);
    auto* outer = new QVBoxLayout(m_content);
    outer->setContentsMargins(0, 0, 0, 12);
    outer->setSpacing(0);

    auto* head = new QWidget(m_content);
    auto* headLayout = new QVBoxLayout(head);
    headLayout->setContentsMargins(16, 14, 16, 14);
    headLayout->setSpacing(10);
    auto* names = new QHBoxLayout;
    names->addWidget(new TextLabel(tr("Your first payment"), theme::TextRole::Name, Ink::Text, head));
    names->addStretch();
    names->addWidget(new TextLabel(m_step > storySteps ? tr("done") : tr("%1 of %2").arg(m_step).arg(storySteps), theme::TextRole::Body, Ink::Muted, head));
    headLayout->addLayout(names);
    headLayout->addWidget(new Progress(m_step, head));
    outer->addWidget(head);
    outer->addWidget(new widgets::Rule(Qt::Horizontal, true, m_content));

    for (int number = 1; number <= storySteps; ++number) {
        outer->addWidget(number < m_step ? stepDone(number) : number == m_step ? stepNow(number) : stepLater(number));
        if (number >= m_step) outer->addWidget(new widgets::Rule(Qt::Horizontal, true, m_content));
    }
    outer->addWidget(doors());
    outer->addStretch();
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(16, 4, 16, 4);
    auto* skip = widgets::linkButton(m_step > storySteps ? tr("Close the story") : tr("Skip the story"), m_content);
    skip->setObjectName(QStringLiteral("story.skip"));
    connect(skip, &QPushButton::clicked, this, &StoryCard::skipped);
    foot->addWidget(skip);
    foot->addStretch();
    foot->addWidget(new TextLabel(tr("nothing here is real money"), theme::TextRole::Small, Ink::Muted, m_content));
    outer->addLayout(foot);

    while (auto* item = m_layout->takeAt(0)) delete item;
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    m_content->setAutoFillBackground(false);
    scroll->setWidget(m_content);
    m_content->show();
    for (auto* old : findChildren<QScrollArea*>(QString(), Qt::FindDirectChildrenOnly))
        if (old != scroll) old->deleteLater();
    m_layout->addWidget(scroll);
    if (m_primary && (hadFocus || m_step <= storySteps)) m_primary->setFocus();
}

QWidget* StoryCard::stepDone(int number) {
    const auto step = storyStep(number);
    auto* box = line(new StepSign(number, StepSign::Look::Done, m_content), label(step.title + u' ' + step.words, theme::TextRole::Body, Ink::Text, m_content), m_content);
    box->layout()->setContentsMargins(16, 10, 16, 4);
    return box;
}

QWidget* StoryCard::stepLater(int number) {
    const auto step = storyStep(number);
    auto* texts = new QWidget(m_content);
    auto* column = new QVBoxLayout(texts);
    column->setContentsMargins(0, 2, 0, 0);
    column->setSpacing(2);
    const bool joined = number == 1 || number == 4;
    column->addWidget(label(joined ? step.title + u' ' + step.words : step.title, theme::TextRole::Body, Ink::Muted, texts));
    if (!joined) column->addWidget(label(step.words, theme::TextRole::Small, Ink::Muted, texts));
    auto* box = line(new StepSign(number, StepSign::Look::Later, m_content), texts, m_content);
    box->layout()->setContentsMargins(16, 8, 16, 8);
    return box;
}

QWidget* StoryCard::stepNow(int number) {
    const auto step = storyStep(number);
    auto* frame = new QWidget(m_content);
    auto* around = new QVBoxLayout(frame);
    around->setContentsMargins(10, 8, 10, 10);
    auto* card = new widgets::Card(frame);
    card->setAccent(true);
    around->addWidget(card);
    auto* texts = new QWidget(card);
    auto* column = new QVBoxLayout(texts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* title = label(QStringLiteral("<b>%1</b> %2").arg(step.title.toHtmlEscaped(), number == 5 ? tr("Its log knows.") : step.words.toHtmlEscaped()), theme::TextRole::Body, Ink::Text, texts);
    title->setTextFormat(Qt::RichText);
    QFont large = theme::font(theme::TextRole::Body);
    large.setPixelSize(15);
    title->setFont(large);
    column->addWidget(title);
    if (number == 2) column->addWidget(legend());
    if (number == 4) column->addWidget(answers());
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    const bool answerGiven = number == 4 && m_answer == storyRightAnswer;
    if (!step.button.isEmpty() || answerGiven) {
        m_primary = widgets::primaryButton(answerGiven ? tr("Next") : step.button, texts);
        m_primary->setObjectName(QStringLiteral("story.act"));
        m_primary->setEnabled(!m_busy);
        connect(m_primary, &QPushButton::clicked, this, &StoryCard::acted);
        buttons->addWidget(m_primary);
    }
    if (number == 2) {
        auto* again = widgets::secondaryButton(tr("Show again, slowly"), texts);
        again->setObjectName(QStringLiteral("story.again"));
        connect(again, &QPushButton::clicked, this, &StoryCard::showAgain);
        buttons->addWidget(again);
    }
    buttons->addStretch();
    if (!m_busyWords.isEmpty()) column->addWidget(label(m_busyWords, theme::TextRole::Small, Ink::Muted, texts));
    column->addLayout(buttons);
    card->content()->addWidget(line(new StepSign(number, StepSign::Look::Now, card), texts, card, 8));
    return frame;
}

QWidget* StoryCard::legend() {
    auto* box = new QWidget(m_content);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 2, 0, 4);
    column->setSpacing(6);
    for (const auto& [kind, words] : {std::pair{Mark::Kind::Hollow, tr("hollow: the bank is still writing")}, {Mark::Kind::Solid, tr("solid: on disk, it survives a crash")}, {Mark::Kind::Band, tr("in doubt: said YES, may not decide alone")}})
        column->addWidget(line(new Mark(kind, box), label(words, theme::TextRole::Small, Ink::Text, box), box, 0));
    return box;
}

void StoryCard::setCustomerWords(const QString& words, bool decided) {
    m_customerWords = words;
    m_decided = decided;
}

QWidget* StoryCard::answers() {
    auto* box = new QWidget(m_content);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    const auto texts = storyAnswers(m_customerWords);
    for (int i = 0; i < texts.size(); ++i) {
        // A sentence is read whole: it wraps inside its button.
        auto* button = widgets::secondaryButton({}, box);
        button->setObjectName(QStringLiteral("story.answer%1").arg(i));
        button->setAccessibleName(texts[i]);
        auto* words = label(texts[i], theme::TextRole::Body, Ink::Text, button);
        words->setAttribute(Qt::WA_TransparentForMouseEvents);
        constexpr int words_width = 236;
        words->setFixedWidth(words_width);
        words->setFixedHeight(words->heightForWidth(words_width));
        words->move(12, 6);
        button->setFixedHeight(words->height() + 12);
        button->setMinimumWidth(words_width + 24);
        button->setEnabled(m_answer != storyRightAnswer || i == storyRightAnswer);  // the right one stays readable
        connect(button, &QPushButton::clicked, this, [this, i] { emit answered(i); });
        column->addWidget(button);
    }
    if (m_answer >= 0) {
        auto* verdict = label(storyVerdict(m_answer, m_decided), theme::TextRole::Small, Ink::Text, box);
        verdict->setObjectName(QStringLiteral("story.verdict"));
        column->addWidget(line(new widgets::GlyphLabel(m_answer == storyRightAnswer ? theme::Glyph::Check : theme::Glyph::Undetermined, 16, box), verdict, box, 8));
    }
    return box;
}

QWidget* StoryCard::doors() {
    auto* box = new QWidget(m_content);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(8, 12, 8, 8);
    column->setSpacing(2);
    auto* head = new TextLabel(tr("THEN, THREE DOORS"), theme::TextRole::Caps, Ink::Muted, box);
    head->setContentsMargins(8, 0, 0, 4);
    column->addWidget(head);
    const struct {
        theme::Glyph glyph;
        QString title, words, id;
    } doors[] = {{theme::Glyph::Watch, tr("Watch a morning's traffic"), tr("real generated load, up to 2,000 payments"), QStringLiteral("traffic")},
                 {theme::Glyph::Desk, tr("Settle a stuck payment"), tr("a drill: T crashes untold, you settle it"), QStringLiteral("settle")},
                 {theme::Glyph::Lab, tr("Give a lesson"), tr("in the Lab: faults and nodes to show it with"), QStringLiteral("lesson")}};
    for (const auto& door : doors) {
        auto* button = new DoorButton(door.glyph, door.title, door.words, box);
        button->setObjectName(QStringLiteral("story.door.") + door.id);
        // The step before has just moved what was under the pointer: a second click was not meant for a door.
        connect(button, &QPushButton::clicked, this, [this, id = door.id] {
            if (!m_sinceStep.isValid() || m_sinceStep.elapsed() > QApplication::doubleClickInterval()) emit doorChosen(id);
        });
        column->addWidget(button);
    }
    return box;
}

}  // namespace indoubt::console::shell
