// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/filter_language.h"

#include "feed/wording.h"

namespace indoubt::console::feed {

namespace {

// The language counts bytes of UTF-8, the field counts characters.
int characters(const std::string& text, std::size_t bytes) { return static_cast<int>(QString::fromUtf8(text.data(), static_cast<qsizetype>(std::min(bytes, text.size()))).size()); }

QString nounOf(const QString& field) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("Filter", text); };
    if (field.isEmpty()) return tr("fields");
    if (field == QLatin1String("kind")) return tr("kinds");
    if (field == QLatin1String("node")) return tr("nodes");
    if (field == QLatin1String("state")) return tr("states");
    if (field == QLatin1String("message")) return tr("messages");
    if (field == QLatin1String("record")) return tr("records");
    return tr("values");
}

class Language : public widgets::FilterLanguage {
  public:
    explicit Language(const Context& context) : m_context(context) {}

    widgets::FilterVerdict check(const QString& text) const override {
        widgets::FilterVerdict verdict;
        const std::string utf8 = text.toStdString();
        view::Filter filter;
        view::FilterError error;
        verdict.ok = view::Filter::parse(utf8, filter, error);
        if (!verdict.ok) {
            verdict.errorFrom = characters(utf8, error.at);
            verdict.errorLength = std::max(1, characters(utf8, error.at + error.length) - verdict.errorFrom);
            verdict.message = qs(error.message);
        }
        for (const auto& chip : view::filter_chips(utf8)) {
            const int from = characters(utf8, chip.from);
            verdict.terms.push_back({from, characters(utf8, chip.to) - from});
        }
        return verdict;
    }

    widgets::CompletionList complete(const QString& text, int cursor) const override {
        const std::string utf8 = text.toStdString();
        const auto completion = view::complete_filter(utf8, text.left(cursor).toUtf8().size(), &m_context.feed->view());
        widgets::CompletionList list;
        const int from = characters(utf8, completion.from);
        list.replaces = {from, characters(utf8, completion.to) - from};
        const QString title = qs(completion.title);
        const auto colon = title.indexOf(QStringLiteral(": "));
        list.subject = colon < 0 ? title : title.left(colon + 1);
        list.hint = colon < 0 ? QString() : title.mid(colon + 2);
        // What was typed narrows the list: said beside how many there are in all.
        const std::string open = utf8.substr(0, completion.from) + utf8.substr(std::min(completion.to, utf8.size()));
        list.all = static_cast<int>(std::max(view::complete_filter(open, completion.from, &m_context.feed->view()).candidates.size(), completion.candidates.size()));
        list.noun = nounOf(qs(completion.field));
        for (const auto& candidate : completion.candidates) list.items.push_back({qs(candidate.text), {}, qs(candidate.description), -1});
        return list;
    }

  private:
    Context m_context;
};

}  // namespace

std::unique_ptr<widgets::FilterLanguage> paymentFilterLanguage(const Context& context) { return std::make_unique<Language>(context); }

PaymentFilter compilePaymentFilter(const QString& text, const Context& context) {
    PaymentFilter compiled;
    view::FilterError error;
    compiled.ok = view::Filter::parse(text.toStdString(), compiled.filter, error);
    if (!compiled.ok) {
        compiled.error = qs(error.message);
        return compiled;
    }
    if (compiled.filter.empty()) return compiled;
    const std::int64_t offset = offsetMinutes(context.feed->liveHlc(), context.session->zone()) * 60;
    compiled.matches = [filter = compiled.filter, offset, actor = context.session->actor()](const view::View& view, const view::Transaction& transaction, std::int64_t nowHlc) {
        view::FilterContext about;
        about.view = &view;
        about.now_hlc = nowHlc;
        about.zone_offset_s = offset;
        about.actor = actor;
        return filter.matches(transaction, about);
    };
    return compiled;
}

QString emptyFilterHint(const QString& text, const Context& context) {
    const auto compiled = compilePaymentFilter(text, context);
    if (!compiled.ok || compiled.filter.conjuncts().size() < 2) return {};
    const view::View& view = context.feed->view();
    constexpr std::size_t look_most = 20'000;  // the newest ones; a hint need not be exact and must be quick
    const std::size_t from = view.size() > look_most ? view.size() - look_most : 0;
    view::FilterContext about;
    about.view = &view;
    about.now_hlc = context.feed->nowHlc();
    const std::string actor = context.session->actor();
    about.actor = actor;
    const auto most = view::removes_most(compiled.filter, [&](const view::Filter& filter) {
        std::size_t count = 0;
        for (std::size_t i = from; i < view.size(); ++i) count += filter.matches(view.at(i), about);
        return count;
    });
    if (most.matches == 0) return {};
    return QCoreApplication::translate("Filter", "%1 removes most: without it %2 match.").arg(qs(most.term), countText(most.matches));
}

}  // namespace indoubt::console::feed
