// SPDX-License-Identifier: GPL-3.0-or-later
// A client's session when its stream breaks under payments that are not decided.
#include <grpc/grpc.h>

#include "operator/fake_service.h"
#include "support/test_main.h"

using namespace indoubt;
using client::SubmitReply;
using client::Wait;

namespace {

events::Payment payment(const std::string& key) {
    auto events = tests::in_doubt(1, key);
    return *events.front().record()->payment;
}

}  // namespace

class SessionTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { grpc_init(); }  // as in PagesTest

    void a_payment_submitted_from_the_answer_of_a_broken_stream_is_answered_too() {
        tests::FakeService service;
        auto session = service.client->submit_session();
        std::atomic<int> failed{0}, failed_again{0};
        for (const char* key : {"ONE", "TWO", "THREE"})
            session->submit(payment(key), Wait::applied, [&](const base::Result<SubmitReply>& reply) {
                if (reply) return;
                ++failed;
                session->submit(payment("AGAIN"), Wait::decided, [&](const base::Result<SubmitReply>& answer) { failed_again += !answer; });
            });
        QTRY_COMPARE(service.host.payments.load(), 3);
        service.server.reset();
        QTRY_COMPARE(failed.load(), 3);
        QTRY_COMPARE(failed_again.load(), 3);
        session.reset();  // and it ends
    }

    void a_session_that_goes_while_its_stream_breaks_tells_everyone_first() {
        for (int round = 0; round < 20; ++round) {
            tests::FakeService service;
            auto session = service.client->submit_session();
            std::atomic<int> failed{0};
            for (int i = 0; i < 10; ++i)
                session->submit(payment("K" + std::to_string(i)), Wait::applied, [&](const base::Result<SubmitReply>& reply) { failed += !reply; });
            QTRY_VERIFY(service.host.payments.load() > 0);
            std::thread ends([&] { service.server->stop(0); });
            session.reset();
            QCOMPARE(failed.load(), 10);
            ends.join();
        }
    }
};

INDOUBT_TEST(SessionTest);
#include "session_test.moc"
