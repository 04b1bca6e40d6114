// SPDX-License-Identifier: GPL-3.0-or-later
#include "operator/queries.h"

#include <algorithm>

#include "operator/convert.h"
#include "operator/page_token.h"
#include "operator/past.h"
#include "view/filter.h"
#include "wire/codec.h"

namespace indoubt::operators {
namespace {

using grpc::Status;

constexpr std::size_t list_default = 1000;
constexpr std::size_t list_most = 100000;
constexpr std::size_t records_most = 20000;
constexpr std::size_t reply_bytes_max = 3u << 20;  // gRPC's receive cap is 4 MiB

std::size_t bounded(std::uint64_t wanted, std::size_t most) { return wanted == 0 ? std::min(list_default, most) : static_cast<std::size_t>(std::min<std::uint64_t>(wanted, most)); }

base::Error bad_token() { return base::invalid_argument("page_token: give the next_page_token of the page before, as it was"); }

// As many as fit in one answer, from `first` on. Returns the number of the next one.
std::size_t put_events(const std::vector<events::Event>& events, std::size_t first, bool packed, v1::EventBatch& batch) {
    std::string encoded;
    std::size_t next = first;
    for (; next < events.size() && encoded.size() < reply_bytes_max; ++next) wire::add_event_to_batch(encoded, events[next]);
    if (packed) batch.set_packed(std::move(encoded));
    else batch.ParseFromString(encoded);
    return next;
}

// "No such payment" would be a claim about logs that were not asked.
base::Error not_all_asked() {
    return base::unavailable("it is not in memory, and not every node's log could be asked: one is not up, or its indexes are not ready; try again in a few seconds");
}

// Long scans read a copy: it costs nothing, and the nodes' events go on being folded meanwhile.
view::View copy_of_view(Host& host) {
    return host.hub().with_view([](const view::View& view) { return view; });
}

// Is the text part of what a row shows, whatever the case?
class RowText {
  public:
    explicit RowText(const std::string& wanted) : m_wanted(wanted) { lower(m_wanted); }
    bool fits(const view::AccountRow& row) {
        if (m_wanted.empty()) return true;
        m_text = row.node.name();
        m_text.append(1, ' ').append(row.account).append(1, ' ').append(row.holder).append(1, ' ').append(row.currency.code());
        lower(m_text);
        return m_text.find(m_wanted) != std::string::npos;
    }

  private:
    static void lower(std::string& text) {
        for (char& c : text)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    std::string m_wanted, m_text;  // m_text: one buffer for all rows
};

// Where a list of payments goes on: below the one that was told last, or, if that has left, below its time.
std::optional<std::size_t> place_below(const view::View& view, const std::string& token) {
    if (token.empty()) return view.size();
    PageToken reader(token);
    const auto xid = Xid::parse(reader.word());
    const auto begun = reader.number<std::int64_t>();
    if (!xid || !begun) return std::nullopt;
    if (const std::size_t at = view.index_of(*xid); at != view::View::npos) return at;
    std::size_t place = view.size();
    while (place > 0 && view.at(place - 1).begun_hlc >= *begun) --place;
    return place;
}

constexpr std::string_view past_word = "past";

// The payment of the logs that was told last, if the page before ended among those.
std::optional<Xid> past_place(const std::string& token) {
    PageToken reader(token);
    if (reader.word() != past_word) return std::nullopt;
    const auto xid = Xid::parse(reader.word());
    return xid ? std::optional(*xid) : std::nullopt;
}

std::string reply_last_xid(const v1::ListTransactionsReply& reply) {
    const auto xid = from_message(reply.transactions(reply.transactions_size() - 1).xid());
    return xid ? xid->text() : std::string();
}

}  // namespace

Status list_transactions(Host& host, const v1::ListTransactionsRequest& request, v1::ListTransactionsReply& reply) {
    auto filter = view::Filter::parse(request.filter());
    if (!filter) return to_status(filter.error());
    const std::size_t limit = bounded(request.limit(), list_most);
    const view::View view = copy_of_view(host);
    view::FilterContext context;
    context.view = &view;
    context.now_hlc = host.now_ns();
    const auto past_from = past_place(request.page_token());
    const auto place = past_from ? std::optional<std::size_t>(0) : place_below(view, request.page_token());
    if (!place) return to_status(bad_token());
    const bool first_page = request.page_token().empty();
    std::uint64_t matched = 0;
    std::size_t bytes = 0, told = 0;
    const view::Transaction* last = nullptr;
    for (std::size_t i = *place; i > 0; --i) {
        const view::Transaction& transaction = view.at(i - 1);
        if (!filter->empty() && !filter->matches(transaction, context)) continue;
        ++matched;
        if (told < limit && bytes < reply_bytes_max) {
            auto* added = reply.add_transactions();
            to_message(transaction, *added);
            bytes += added->ByteSizeLong();
            ++told;
            last = &transaction;
            continue;
        }
        if (reply.next_page_token().empty() && last) reply.set_next_page_token(last->xid.text() + " " + std::to_string(last->begun_hlc));
        if (!first_page || filter->empty()) break;  // nobody wants to know how many more
    }
    if (filter->empty()) matched = view.size();
    // Below what the view holds comes what only the logs still know.
    if (reply.next_page_token().empty() && told < limit) {
        const auto past = past_matches(host, *filter, limit - told, past_from.value_or(Xid{}));
        reply.set_incomplete(!past.complete);
        for (const auto& transaction : past.found) {
            if (bytes >= reply_bytes_max) {
                reply.set_next_page_token(std::string(past_word) + " " + reply_last_xid(reply));
                break;
            }
            auto* added = reply.add_transactions();
            to_message(*transaction, *added);
            bytes += added->ByteSizeLong();
            ++matched;
        }
    }
    reply.set_matched(matched);
    reply.set_now_hlc(context.now_hlc);
    return Status::OK;
}

Status resolve_reference(Host& host, const v1::ResolveReferenceRequest& request, v1::ResolveReferenceReply& reply) {
    if (request.text().empty())
        return to_status(base::invalid_argument("text: name a payment by its XID, whole or short (7f3a..91c2), or by a reference that fits one payment"));
    const auto whole = Xid::parse(request.text());
    if (whole && whole->cluster == host.facts().shape.tag()) {
        to_message(*whole, *reply.mutable_xid());
        return Status::OK;
    }
    auto found = host.hub().with_view([&](const view::View& view) { return view.search(request.text(), 8); });
    if (found.empty()) {
        auto past = host.find_past(request.text(), 8, false);
        if (past.xids.empty() && !past.complete && !whole) return to_status(not_all_asked());
        found = std::move(past.xids);
    }
    if (found.empty() && whole) return to_status(of_another_cluster(*whole, host.facts().shape));
    if (found.empty()) return to_status(base::not_found("no payment fits '" + request.text() + "'"));
    if (found.size() > 1) {
        std::string several;
        for (const auto& xid : found) several += (several.empty() ? "" : ", ") + xid.short_text();
        return to_status(base::failed_precondition("'" + request.text() + "' fits more than one payment: " + several + (found.size() >= 8 ? " ..." : "")));
    }
    to_message(found.front(), *reply.mutable_xid());
    return Status::OK;
}

Status get_transaction(Host& host, const v1::GetTransactionRequest& request, v1::GetTransactionReply& reply) {
    auto xid = own_xid(host, request.xid());
    if (!xid) return to_status(xid.error());
    auto transaction = host.hub().with_view([&](const view::View& view) { return view.find(*xid); });
    if (!transaction) {
        auto past = past_transaction(host, *xid);
        if (!past.transaction && !past.complete) return to_status(not_all_asked());
        transaction = std::move(past.transaction);
        for (const NodeId node : past.missing) {
            auto* entry = reply.add_coverage();
            entry->set_node(node.name());
            entry->set_reached(false);
        }
    }
    if (!transaction) return to_status(base::not_found("no payment " + xid->short_text() + " is known here"));
    to_message(*transaction, *reply.mutable_transaction());
    return Status::OK;
}

Status get_timeline(Host& host, const v1::GetTimelineRequest& request, v1::GetTimelineReply& reply) {
    auto xid = own_xid(host, request.xid());
    if (!xid) return to_status(xid.error());
    host.keep_trace(*xid);  // whoever looks at a payment wants its messages: what the rings still hold is promoted
    host.hub().catch_up();
    auto events = host.hub().events_of(*xid);
    if (events.empty()) events = host.past_payment(*xid, true).events;
    if (events.empty()) return to_status(base::not_found("no event of payment " + xid->short_text() + " is kept here"));
    std::size_t first = 0;
    if (!request.page_token().empty()) {
        const auto after = PageToken(request.page_token()).position();
        if (!after) return to_status(bad_token());
        while (first < events.size() && events::position(events[first]) <= *after) ++first;
    }
    const std::size_t next = put_events(events, first, request.packed(), *reply.mutable_batch());
    if (next < events.size()) reply.set_next_page_token(PageToken::of(events::position(events[next - 1])));
    return Status::OK;
}

Status list_accounts(Host& host, const v1::ListAccountsRequest& request, v1::ListAccountsReply& reply) {
    const std::size_t limit = bounded(request.limit(), list_most);
    RowText text(request.filter());
    PageToken token(request.page_token());
    NodeId node;
    if (!request.page_token().empty()) {
        auto named = NodeId::parse(token.word());
        if (!named || token.rest().empty()) return to_status(bad_token());
        node = *named;
    }
    const bool first_page = node.empty(), all = request.filter().empty();
    const view::View view = copy_of_view(host);
    std::uint64_t matched = 0;
    std::size_t bytes = 0, told = 0;
    std::string last;
    view.visit_accounts(node, token.rest(), [&](const view::AccountRow& row) {
        if (!text.fits(row)) return true;
        ++matched;
        if (told < limit && bytes < reply_bytes_max) {
            auto* added = reply.add_accounts();
            to_message(row, *added);
            if (request.at_hlc() != 0)
                if (const auto then = view.balance_at(row.node, row.account, request.at_hlc())) added->set_at_minor(*then);
            bytes += added->ByteSizeLong();
            ++told;
            last = row.node.name() + " " + row.account;
            return true;
        }
        if (reply.next_page_token().empty()) reply.set_next_page_token(last);
        return first_page && !all;  // else nobody wants to know how many more
    });
    reply.set_matched(all ? view.account_count() : matched);
    return Status::OK;
}

Status get_account_history(Host& host, const v1::GetAccountHistoryRequest& request, v1::GetAccountHistoryReply& reply) {
    std::optional<view::AccountRow> row;
    std::vector<view::Posting> postings;
    std::string several;
    host.hub().with_view([&](const view::View& view) {
        for (const auto& node : view.nodes()) {
            if (!request.node().empty() && node.node.name() != request.node()) continue;
            auto found = view.account(node.node, request.account());
            if (!found) continue;
            if (row) several = row->node.name() + " and " + node.node.name();
            row = found;
            postings = view.postings(node.node, request.account());
        }
    });
    if (!row) return to_status(base::not_found("no account '" + request.account() + "' is known here"));
    if (!several.empty()) return to_status(base::invalid_argument("node: '" + request.account() + "' exists at " + several + "; name one"));
    const auto whole = [&] {
        std::int64_t sum = row->opening_minor;
        for (const auto& posting : postings) sum += posting.amount_minor;
        return row->opened && sum == row->posted_minor;
    };
    if (!whole()) complete_history(host, *row, postings);  // the view began after the account did
    to_message(*row, *reply.mutable_account());
    std::size_t first = 0;
    if (!request.page_token().empty()) {
        PageToken token(request.page_token());
        const std::string xid(token.word());
        const auto hlc = token.number<std::int64_t>();
        if (!hlc) return to_status(bad_token());
        const auto told = std::find_if(postings.begin(), postings.end(), [&](const view::Posting& posting) { return posting.hlc == *hlc && posting.xid.text() == xid; });
        if (told != postings.end()) first = static_cast<std::size_t>(told - postings.begin()) + 1;  // else it left with all before it
    }
    std::size_t bytes = 0, next = first;
    for (; next < postings.size() && bytes < reply_bytes_max; ++next) {
        auto* added = reply.add_postings();
        to_message(postings[next], *added);
        bytes += added->ByteSizeLong();
    }
    if (next < postings.size()) reply.set_next_page_token(postings[next - 1].xid.text() + " " + std::to_string(postings[next - 1].hlc));
    reply.set_complete(whole());
    return Status::OK;
}

Status read_records(Host& host, const v1::ReadRecordsRequest& request, v1::ReadRecordsReply& reply) {
    auto node = node_named(request.node(), "node");
    if (!node) return to_status(node.error());
    auto records = host.records(*node, std::max<std::uint64_t>(1, request.from_lsn()), bounded(request.most(), records_most));
    if (!records) return to_status(records.error());
    put_events(records->events, 0, request.packed(), *reply.mutable_batch());
    reply.set_last_lsn(records->last_lsn);
    return Status::OK;
}

}  // namespace indoubt::operators
