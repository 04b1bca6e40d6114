// SPDX-License-Identifier: GPL-3.0-or-later
// The story of the first run as data: who pays whom, which step says what. Pure; the texts are translated when asked for.
#pragma once
#include <QString>
#include <QStringList>
#include <optional>

#include "view/view.h"

namespace indoubt::console::shell {

// The accounts of the story, found in the cluster by their holders; none: the cluster has fewer than three participants.
struct StoryAccounts {
    view::AccountRow mara, velo, fees;
    std::vector<view::AccountRow> others;   // Sakura Import, Al Noor: they only look on
};
std::optional<StoryAccounts> storyAccounts(const view::View& view);

// 120.00 = 119.40 to the shop + 0.60 fee.
events::Payment storyPayment(const StoryAccounts& accounts, const view::View& view, const QString& reference, const std::string& key);

inline constexpr int storySteps = 5;
struct StoryStep {
    QString title;         // bold when it is the step's turn
    QString words;         // after it, or below while it waits
    QString button;        // primary
};
StoryStep storyStep(int number);   // 1..5
// To Mara, the right one last: what the Desk says of the same payment (feed::customerWords).
QStringList storyAnswers(const QString& customerWords);
inline constexpr int storyRightAnswer = 2;
QString storyVerdict(int answer, bool decided);   // decided: T's COMMIT is known to be on its disk

}  // namespace indoubt::console::shell
