// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/story.h"

#include <QCoreApplication>

namespace indoubt::console::shell {

namespace {
struct Story {
    Q_DECLARE_TR_FUNCTIONS(Story)
};
}  // namespace

std::optional<StoryAccounts> storyAccounts(const view::View& view) {
    constexpr std::size_t look_most = 4000;  // they are the first of their participants
    StoryAccounts found;
    for (const auto& row : view.accounts(look_most)) {
        if (row.holder == "Mara Lindholm" && row.currency == base::Currency::of("EUR") && found.mara.account.empty()) found.mara = row;
        else if (row.holder == "Velo Atelier" && row.currency == base::Currency::of("EUR") && found.velo.account.empty()) found.velo = row;
        else if (row.holder == "Kestrel Pay fees" && found.fees.account.empty()) found.fees = row;
        else if ((row.holder == "Sakura Import" || row.holder == "Al Noor") && found.others.size() < 2) found.others.push_back(row);
    }
    if (found.mara.account.empty() || found.velo.account.empty() || found.fees.account.empty()) return std::nullopt;
    return found;
}

events::Payment storyPayment(const StoryAccounts& accounts, const view::View& view, const QString& reference, const std::string& key) {
    const auto euro = base::Currency::of("EUR");
    const auto bic = [&view](base::NodeId node) {
        const auto* row = view.node(node);
        return row ? row->bic : std::string();
    };
    events::Payment payment;
    payment.idempotency_key = key;
    payment.refs.reference = reference.toStdString();
    payment.refs.end_to_end_id = "MEND-" + reference.right(2).toStdString();
    payment.debtor = {accounts.mara.holder, accounts.mara.account, bic(accounts.mara.node)};
    payment.creditor = {accounts.velo.holder, accounts.velo.account, bic(accounts.velo.node)};
    payment.amount = {12'000, euro};
    payment.legs = {{accounts.mara.node, events::LegKind::debit, accounts.mara.account, {12'000, euro}},
                    {accounts.velo.node, events::LegKind::credit, accounts.velo.account, {11'940, euro}},
                    {accounts.fees.node, events::LegKind::fee, accounts.fees.account, {60, euro}}};
    payment.remark = "a mended wheel";
    return payment;
}

StoryStep storyStep(int number) {
    switch (number) {
        case 1: return {Story::tr("Mara pays for a mended wheel:"), Story::tr("120.00 = 119.40 shop + 0.60 fee."), Story::tr("Pay")};
        case 2: return {Story::tr("Three YES on disk before one word of commit."), Story::tr("A black bar is a forced write."), Story::tr("Next")};
        case 3: return {Story::tr("Now a bad day."), Story::tr("Pay INV-2042, crash T after it decides, before it tells"), Story::tr("Pay INV-2042")};
        case 4: return {Story::tr("Mara is on the phone."), Story::tr("What do you tell her?"), {}};
        case 5: return {Story::tr("Restart T."), Story::tr("It had decided. Now all three know. Sums agree."), Story::tr("Restart T")};
        default: return {};
    }
}

QStringList storyAnswers(const QString& customerWords) {
    return {Story::tr("\"All is well, it has been paid.\""), Story::tr("\"It did not work. Please pay again.\""), QStringLiteral("\"%1\"").arg(customerWords)};
}

QString storyVerdict(int answer, bool decided) {
    if (answer == 0) return decided ? Story::tr("Not yet: no bank has booked anything. T decided, and told nobody.") : Story::tr("Nobody you can reach knows that. Every branch said YES; only T may have decided.");
    if (answer == 1) return decided ? Story::tr("T's COMMIT is on its disk: the payment goes through when T is back, and she would pay twice.") : Story::tr("If T decided to commit, she pays twice. How long it has waited is not evidence.");
    return Story::tr("Right. The Desk says the same words, beside the evidence they rest on.");
}

}  // namespace indoubt::console::shell
