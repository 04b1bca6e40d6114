// SPDX-License-Identifier: GPL-3.0-or-later
// The peer network by itself: two ends, and how it ends.
#include "transport/peer_network.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <atomic>

#include "support/test_main.h"

using namespace indoubt;
using base::NodeId;

namespace {

struct Ear : transport::Receiver {
    void received(std::vector<events::Envelope>&& envelopes) override { messages += static_cast<int>(envelopes.size()); }
    void connected(NodeId, base::Incarnation) override { ++links; }
    void rejected(const std::string&) override { ++rejections; }
    std::atomic<int> messages{0}, links{0}, rejections{0};
};

transport::PeerSettings settings(const QTemporaryDir& directory, const char* node) {
    transport::PeerSettings made;
    made.self = NodeId::of(node);
    made.incarnation = 1;
    made.cluster = "test";
    made.token = std::string(64, 'a');
    made.listen = "unix:" + directory.filePath(node).toStdString();
    return made;
}

events::Envelope message(const char* from, const char* to) {
    auto content = std::make_shared<events::Message>();
    content->kind = events::MessageKind::inquiry;
    content->from = NodeId::of(from);
    content->to = NodeId::of(to);
    content->xid = {NodeId::of("T"), 1, 1};
    return {content, {content->from, 1, 1}, 1, false};
}

}  // namespace

class PeerNetworkTest : public QObject {
    Q_OBJECT

  private slots:
    // A listener on a port, where a node might have been: it must see no byte, for the first would be followed by the token.
    void a_link_is_never_dialled_over_tcp() {
        QTemporaryDir directory;
        const int stranger = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        QVERIFY(::bind(stranger, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(stranger, 4) == 0);
        QCOMPARE(::getsockname(stranger, reinterpret_cast<sockaddr*>(&address), &size), 0);
        const std::string port = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        Ear ear;
        auto network = transport::PeerNetwork::start(settings(directory, "A"), ear);
        QVERIFY(network.ok());
        (*network)->connect(NodeId::of("B"), port, true);
        (*network)->send(message("A", "B"));
        (*network)->flush();
        (*network)->hurry(NodeId::of("B"));
        pollfd came{stranger, POLLIN, 0};
        QCOMPARE(::poll(&came, 1, 300), 0);
        ::close(stranger);
        QCOMPARE(ear.rejections.load(), 1);
        auto over_tcp = settings(directory, "C");
        over_tcp.listen = "127.0.0.1:0";
        auto refused = transport::PeerNetwork::start(over_tcp, ear);
        QVERIFY(!refused.ok() && refused.error().code == base::ErrorCode::invalid_argument);
    }

    void who_stops_it_is_told_of_a_callback_that_has_not_let_go() {
        struct Slow : Ear {
            void connected(NodeId, base::Incarnation) override {
                ++links;
                while (!go_on) QThread::msleep(1);
            }
            std::atomic<bool> go_on{false};
        } slow;
        QTemporaryDir directory;
        Ear ear;
        auto a = transport::PeerNetwork::start(settings(directory, "A"), slow);
        auto b = transport::PeerNetwork::start(settings(directory, "B"), ear);
        QVERIFY(a.ok() && b.ok());
        (*a)->connect(NodeId::of("B"), (*b)->address(), true);
        QTRY_COMPARE(slow.links.load(), 1);
        QVERIFY(!(*a)->stop(20));
        QVERIFY(!(*a)->stop(20));  // and again, as long as it is so
        slow.go_on = true;
        QVERIFY((*a)->stop(2000));
    }

    // A link whose last owner is a callback of gRPC's takes down its channel, and with it the completion queue, under that very
    // callback. So whoever stops the network must be the last: with streams up, dialling, and waiting to dial again.
    void who_stops_it_is_the_last_owner_of_every_link() {
        QTemporaryDir directory;
        for (int round = 0; round < 100; ++round) {
            Ear at_a, at_b;
            auto a = transport::PeerNetwork::start(settings(directory, "A"), at_a);
            auto b = transport::PeerNetwork::start(settings(directory, "B"), at_b);
            QVERIFY(a.ok() && b.ok());
            (*a)->connect(NodeId::of("B"), (*b)->address(), true);
            (*b)->connect(NodeId::of("A"), (*a)->address(), true);
            (*a)->connect(NodeId::of("C"), "unix:" + directory.filePath("nobody").toStdString(), true);
            if (round % 2 == 0) {
                QTRY_VERIFY(at_a.links == 1 && at_b.links == 1);
                (*a)->send(message("A", "B"));
                (*a)->flush();
                QTRY_COMPARE(at_b.messages.load(), 1);
            }
            QVERIFY((*a)->stop(2000));
            QVERIFY((*b)->stop(2000));
            QVERIFY((*b)->stop(2000));  // again: nothing
            const int heard = at_a.links + at_b.links + at_a.messages + at_b.messages;
            a.value().reset();
            b.value().reset();
            QCOMPARE(at_a.links + at_b.links + at_a.messages + at_b.messages, heard);
        }
    }
};

INDOUBT_TEST(PeerNetworkTest);
#include "peer_network_test.moc"
