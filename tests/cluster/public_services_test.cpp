// SPDX-License-Identifier: GPL-3.0-or-later
// What any gRPC client finds: health and reflection beside the operator service, all behind the token; and a stop that does not wait.
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <fstream>
#include <future>

#include "indoubt/v1/operator_service.grpc.pb.h"
#include "support/live_cluster.h"
#include "support/test_main.h"

using namespace indoubt;

namespace {

std::string bytes_of(const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    std::string text;
    if (buffer.Dump(&slices).ok())
        for (const auto& slice : slices) text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    return text;
}

struct Stranger {
    explicit Stranger(tests::LiveCluster& live) : channel(grpc::CreateChannel(live.cluster().address(), grpc::InsecureChannelCredentials())) {
        std::ifstream(live.cluster().token_file()) >> token;
    }
    void prepare(grpc::ClientContext& context, bool with_token) const {
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
        if (with_token) context.AddMetadata("authorization", "Bearer " + token);
    }
    // A call of which nothing is known but its name and bytes.
    std::pair<grpc::Status, std::string> unary(const std::string& method, const std::string& request, bool with_token) const {
        grpc::GenericStub stub(channel);
        grpc::ClientContext context;
        prepare(context, with_token);
        grpc::Slice slice(request);
        grpc::ByteBuffer out(&slice, 1), in;
        std::promise<grpc::Status> done;
        stub.UnaryCall(&context, method, grpc::StubOptions(), &out, &in, [&](grpc::Status status) { done.set_value(std::move(status)); });
        const grpc::Status status = done.get_future().get();
        return {status, status.ok() ? bytes_of(in) : ""};
    }
    std::shared_ptr<grpc::Channel> channel;
    std::string token;
};

}  // namespace

class PublicServicesTest : public QObject {
    Q_OBJECT

  private slots:
    void health_says_serving_to_whoever_has_the_token() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const Stranger stranger(live);
        const auto [status, reply] = stranger.unary("/grpc.health.v1.Health/Check", "", true);
        QVERIFY2(status.ok(), status.error_message().c_str());
        QCOMPARE(reply, std::string("\x08\x01", 2));  // status: SERVING
        QVERIFY(!stranger.unary("/grpc.health.v1.Health/Check", "", false).first.ok());
    }

    void reflection_names_the_operator_service_to_whoever_has_the_token() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const Stranger stranger(live);
        for (const bool with_token : {true, false}) {
            grpc::GenericStub stub(stranger.channel);
            grpc::ClientContext context;
            stranger.prepare(context, with_token);
            grpc::CompletionQueue queue;
            auto stream = stub.PrepareCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
            void* tag = nullptr;
            bool ok = false;
            const auto next = [&] { return queue.Next(&tag, &ok) && ok; };
            stream->StartCall(nullptr);
            QVERIFY(next());
            grpc::Slice slice("\x3a\x01*");  // list_services: "*"
            stream->Write(grpc::ByteBuffer(&slice, 1), nullptr);
            const bool written = next();
            grpc::ByteBuffer reply;
            stream->Read(&reply, nullptr);
            const bool answered = next();
            if (with_token) {
                QVERIFY(written);
                QVERIFY(answered);
                QVERIFY(bytes_of(reply).find("indoubt.v1.OperatorService") != std::string::npos);
            } else {
                QVERIFY(!answered);
            }
            context.TryCancel();
            grpc::Status status;
            stream->Finish(&status, nullptr);
            next();
            queue.Shutdown();
            while (queue.Next(&tag, &ok)) continue;
        }
    }

    void a_generic_client_gets_readable_events_and_answers_that_name_the_field() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        QVERIFY(live.client().submit(tests::story_payment("PLAIN"), std::nullopt, client::Wait::applied).ok());
        const Stranger stranger(live);
        auto stub = v1::OperatorService::NewStub(stranger.channel);
        grpc::ClientContext watching;
        stranger.prepare(watching, true);
        auto reader = stub->Watch(&watching, v1::WatchRequest());
        v1::WatchReply reply;
        for (int events = 0; events <= 5; events += reply.batch().events_size()) {
            QVERIFY(reader->Read(&reply));
            QVERIFY(reply.batch().packed().empty());
        }
        QVERIFY(reply.epoch() != 0);
        watching.TryCancel();
        reader->Finish();

        grpc::ClientContext wrong;
        stranger.prepare(wrong, true);
        v1::SubmitRequest request;
        request.mutable_payment()->mutable_amount()->set_currency("XXQ");
        v1::SubmitReply answer;
        const grpc::Status status = stub->Submit(&wrong, request, &answer);
        QCOMPARE(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
        QVERIFY2(status.error_message().find("payment.") != std::string::npos, status.error_message().c_str());
    }

    void the_same_key_twice_is_one_act() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        const Stranger stranger(live);
        auto stub = v1::OperatorService::NewStub(stranger.channel);
        v1::AddFaultRequest request;
        request.set_rule("drop YES from A to T");
        request.set_actor("Ana");
        request.set_idempotency_key("one-intent");
        std::uint64_t first = 0;
        for (int i = 0; i < 2; ++i) {
            grpc::ClientContext context;
            stranger.prepare(context, true);
            v1::AddFaultReply reply;
            QVERIFY(stub->AddFault(&context, request, &reply).ok());
            if (i == 0) first = reply.fault().id();
            QCOMPARE(reply.fault().id(), first);
        }
        QCOMPARE(live.client().faults()->size(), std::size_t{1});
    }

    void stop_is_quick_though_readers_and_payments_hang_on() {
        tests::LiveCluster live;
        QVERIFY(live.start().ok());
        tests::FoldingSink sink;
        auto client = client::connect({{live.cluster().address(), live.cluster().token_file().string()}}).value();
        auto watching = client->watch(sink, 0);
        auto session = client->submit_session();
        QVERIFY(live.client().add_fault("hold any from C to T", "Ana").ok());
        for (int i = 0; i < 20; ++i) session->submit(tests::story_payment("HANG-" + std::to_string(i), 100, 10), client::Wait::applied, [](const base::Result<client::SubmitReply>&) {});
        QTRY_VERIFY(sink.view().size() > 0);
        QElapsedTimer timer;
        timer.start();
        live.stop();
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString("stop took %1 ms").arg(timer.elapsed())));
    }

    void at_level_all_every_message_of_every_payment_is_told() {
        tests::LiveCluster live;
        auto options = live.options();
        options.trace = cluster::TraceLevel::all;
        QVERIFY(live.start(options).ok());
        tests::FoldingSink sink;
        auto watching = live.client().watch(sink, 0);
        for (int i = 0; i < 10; ++i) QVERIFY(live.client().submit(tests::story_payment("ALL-" + std::to_string(i), 100, 10), std::nullopt, client::Wait::applied).ok());
        const auto sends = [&] {
            int count = 0;
            for (const auto& event : sink.seen()) count += event.kind == events::EventKind::send;
            return count;
        };
        QTRY_COMPARE(sends(), 120);
        // Every seq of every life is there, once.
        std::map<std::string, std::uint64_t> last;
        std::map<std::string, std::uint64_t> count;
        for (const auto& event : sink.seen()) {
            last[event.node.name()] = std::max(last[event.node.name()], event.seq);
            ++count[event.node.name()];
        }
        QVERIFY(count == last);
    }
};

INDOUBT_TEST(PublicServicesTest);
#include "public_services_test.moc"
