// SPDX-License-Identifier: GPL-3.0-or-later
// Long answers through the service and the client: whole, whatever their size; and slow ones hold up no order.
#include <future>
#include <set>
#include <thread>

#include <grpc/grpc.h>

#include "operator/fake_service.h"
#include "operator/queries.h"
#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;
using tests::FakeHost;

class PagesTest : public QObject {
    Q_OBJECT
  private slots:
    // The library is held from the first to the last test: when its last object goes, it waits for its own poller, for seconds at times.
    void initTestCase() { grpc_init(); }
    void init() {
        m_service = std::make_unique<tests::FakeService>();
        m_host = &m_service->host;
        m_client = m_service->client.get();
    }
    void cleanup() { m_service.reset(); }

    void accounts_come_whole_in_order_and_no_further_than_the_limit() {
        const std::size_t each = 30'000;
        std::vector<events::Event> events;
        for (const char* node : {"B", "A"})
            for (std::size_t first = 0; first < each; first += 500) {
                auto record = std::make_shared<events::Record>();
                record->kind = events::RecordKind::account;
                for (std::size_t i = first; i < first + 500; ++i)
                    record->accounts.push_back({std::to_string(100'000 + i), "Somebody with a Long Name " + std::to_string(i), base::Currency::of("EUR"), 1, -1});
                events::Event event;
                event.node = NodeId::of(node);
                event.kind = events::EventKind::balance;
                event.payload = events::RecordPtr(std::move(record));
                events.push_back(std::move(event));
            }
        m_host->feed(std::move(events));
        const auto all = m_client->accounts("", 1'000'000);
        QVERIFY2(all.ok(), all.ok() ? "" : all.error().message.c_str());
        QCOMPARE(all->matched, 2 * each);
        QCOMPARE(all->accounts.size(), 2 * each);
        for (std::size_t i = 1; i < all->accounts.size(); ++i)
            QVERIFY(std::tie(all->accounts[i - 1].node, all->accounts[i - 1].account) < std::tie(all->accounts[i].node, all->accounts[i].account));
        QCOMPARE(all->coverage.size(), std::size_t{4});
        QCOMPARE(m_client->accounts("", 45'000)->accounts.size(), std::size_t{45'000});
        const auto some = m_client->accounts("b 1", 40'000);  // part of node and number, whatever the case
        QCOMPARE(some->accounts.size(), each);
        QCOMPARE(some->matched, each);
        QCOMPARE(m_client->accounts("nobody", 10)->accounts.size(), std::size_t{0});
    }

    void payments_come_whole_newest_first_with_and_without_a_filter() {
        const std::uint64_t count = 9'000;
        std::vector<events::Event> events;
        for (std::uint64_t i = 1; i <= count; ++i)
            for (auto& event : tests::in_doubt(i, "INV-" + std::string(100, 'x') + std::to_string(i))) events.push_back(std::move(event));
        m_host->feed(std::move(events));
        for (const char* filter : {"", "state:in-doubt"}) {
            const auto list = m_client->list(filter, 100'000);
            QVERIFY2(list.ok(), list.ok() ? "" : list.error().message.c_str());
            QCOMPARE(list->matched, count);
            QCOMPARE(list->transactions.size(), std::size_t{count});
            for (std::uint64_t i = 0; i < count; ++i) QCOMPARE(list->transactions[i]->xid.counter, count - i);
        }
        QCOMPARE(m_client->list("", 7'777)->transactions.size(), std::size_t{7'777});
    }

    void a_long_timeline_comes_whole() {
        std::vector<events::Event> events = tests::in_doubt(1, "INV-1");
        const std::size_t before = events.size(), many = 10'000;
        for (std::size_t i = 0; i < many; ++i) {
            auto note = std::make_shared<events::Note>();
            note->text = std::string(700, 'a');
            events::Event event;
            event.node = NodeId::of("A");
            event.kind = events::EventKind::timer;
            event.xid = {NodeId::of("T"), 1, 1};
            event.payload = std::shared_ptr<const events::Note>(std::move(note));
            events.push_back(std::move(event));
        }
        m_host->feed(std::move(events));
        const auto told = m_client->timeline({NodeId::of("T"), 1, 1});
        QVERIFY2(told.ok(), told.ok() ? "" : told.error().message.c_str());
        QCOMPARE(told->size(), before + many);
        std::set<std::uint64_t> seqs;
        for (const auto& event : *told) QVERIFY(seqs.insert(event.seq).second);
    }

    void records_come_whole() {
        m_host->record_count = 12'000;
        m_host->record_bytes = 800;
        client::Coverages coverage;
        const auto all = m_client->records(NodeId::of("A"), 11, 1'000'000, &coverage);
        QVERIFY2(all.ok(), all.ok() ? "" : all.error().message.c_str());
        QCOMPARE(all->size(), std::size_t{11'990});
        for (std::size_t i = 0; i < all->size(); ++i) QCOMPARE((*all)[i].lsn, i + 11);
        QCOMPARE(coverage.size(), std::size_t{1});
        QCOMPARE(m_client->records(NodeId::of("A"), 1, 9'000)->size(), std::size_t{9'000});
        QCOMPARE(m_client->records(NodeId::of("A"), 99'999, 10)->size(), std::size_t{0});
    }

    void accounts_are_opened_however_long_their_lines_are() {
        std::vector<events::AccountLine> lines;
        for (int i = 0; i < 40'000; ++i) lines.push_back({std::to_string(i) + std::string(60, 'a'), std::string(130, 'h'), base::Currency::of("EUR"), 1, -1});
        const auto opened = m_client->open_accounts(NodeId::of("A"), lines, "Ana");  // some 8 MB
        QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().message.c_str());
        QCOMPARE(*opened, lines.size());
    }

    void an_order_does_not_wait_for_a_slow_disk() {
        m_host->feed(tests::in_doubt(7, "INV-7"));
        std::promise<void> ordered;
        auto done = ordered.get_future().share();
        std::atomic<bool> reading{false};
        m_host->while_reading = [&] {
            reading = true;
            done.wait();
        };
        auto slow = std::async(std::launch::async, [&] { return m_client->records(NodeId::of("A"), 1, 10).ok(); });
        while (!reading) std::this_thread::yield();
        client::OrderRequest request;
        request.xid = {NodeId::of("T"), 1, 7};
        request.actor = "Ana";
        const auto reply = m_client->order(request);
        ordered.set_value();
        QVERIFY2(reply.ok(), reply.ok() ? "" : reply.error().message.c_str());
        QVERIFY(slow.get());
    }

    void a_page_token_that_is_none_is_refused_in_words() {
        for (const char* token : {" ", "A", "A ", "a-name-that-is-too-long 7"}) {
            v1::ListAccountsReply accounts;
            v1::ListAccountsRequest of_accounts;
            of_accounts.set_page_token(token);
            QVERIFY(operators::list_accounts(*m_host, of_accounts, accounts).error_message().starts_with("page_token"));
            v1::ListTransactionsReply payments;
            v1::ListTransactionsRequest of_payments;
            of_payments.set_page_token(token);
            QVERIFY(operators::list_transactions(*m_host, of_payments, payments).error_message().starts_with("page_token"));
        }
    }

  private:
    std::unique_ptr<tests::FakeService> m_service;
    FakeHost* m_host = nullptr;
    client::OperatorClient* m_client = nullptr;
};

INDOUBT_TEST(PagesTest);
#include "pages_test.moc"
