// SPDX-License-Identifier: GPL-3.0-or-later
// A client's session when its stream breaks under payments that are not decided.
#include <grpc/grpc.h>
#include <grpcpp/create_channel.h>

#include "indoubt/v1/operator_service.grpc.pb.h"
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

    // Answers that a caller does not fetch pile up, and go out in messages that he can receive.
    void a_caller_who_reads_late_gets_every_answer() {
        tests::FakeService service;
        grpc::ChannelArguments arguments;
        auto stub = v1::OperatorService::NewStub(grpc::CreateCustomChannel(service.address, grpc::InsecureChannelCredentials(), arguments));
        grpc::ClientContext context;
        context.AddMetadata("authorization", "Bearer " + std::string(64, 'a'));
        auto stream = stub->Pay(&context);
        constexpr std::uint64_t count = 100'000;  // refused one by one, with some 100 bytes each: more than 4 MiB wait
        v1::PayRequest request;
        for (std::uint64_t id = 1; id <= count; ++id) {
            request.add_items()->set_id(id);
            if (request.items_size() < 1000) continue;
            QVERIFY(stream->Write(request));
            request.clear_items();
        }
        QVERIFY(stream->WritesDone());
        QTest::qWait(200);
        std::uint64_t answers = 0;
        std::size_t largest = 0;
        v1::PayReply reply;
        while (stream->Read(&reply)) {
            answers += static_cast<std::uint64_t>(reply.results_size());
            largest = std::max(largest, reply.ByteSizeLong());
        }
        const auto status = stream->Finish();
        QVERIFY2(status.ok(), status.error_message().c_str());
        QCOMPARE(answers, count);
        QVERIFY2(largest > (1u << 19) && largest < (2u << 20), qPrintable(QString::number(largest)));  // there was a pile
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
