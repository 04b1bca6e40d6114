// SPDX-License-Identifier: GPL-3.0-or-later
// Another user's program at the port where a cluster was: it must not be shown the token.
#include "security/listener.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <fstream>

#include "client/operator_client.h"
#include "security/token.h"
#include "support/test_main.h"

using namespace indoubt;

namespace {

class Listener {
  public:
    Listener() : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        m_good = ::bind(m_socket, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(m_socket, 4) == 0 &&
                 ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
        m_address = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }
    ~Listener() { ::close(m_socket); }
    bool good() const { return m_good; }
    const std::string& address() const { return m_address; }
    bool called(int most_ms) const {
        pollfd came{m_socket, POLLIN, 0};
        return ::poll(&came, 1, most_ms) > 0;
    }

  private:
    int m_socket;
    bool m_good = false;
    std::string m_address;
};

}  // namespace

class StrangerTest : public QObject {
    Q_OBJECT

  private slots:
    void a_token_is_not_shown_to_another_users_program() {
        if (::geteuid() != 0) QSKIP("only root can listen as somebody else");
        QTemporaryDir directory;
        const std::string file = directory.filePath("token").toStdString();
        QVERIFY(security::write_token_file(file, security::make_token().value()).ok());
        QCOMPARE(::seteuid(65534), 0);
        const Listener stranger;
        QCOMPARE(::seteuid(0), 0);
        QVERIFY(stranger.good());
        QVERIFY(security::stranger_listens(stranger.address()));
        auto client = client::connect({{stranger.address(), file}}).value();
        const auto info = client->info();
        QVERIFY(!info.ok());
        QCOMPARE(info.error().code, base::ErrorCode::permission_denied);
        QVERIFY2(info.error().message.find("another user") != std::string::npos, info.error().message.c_str());
        QVERIFY(!stranger.called(300));
    }

    void own_programs_nobody_and_sockets_are_no_strangers() {
        std::string address;
        {
            const Listener own;
            QVERIFY(own.good());
            address = own.address();
            QVERIFY(!security::stranger_listens(address));
        }
        QVERIFY(!security::stranger_listens(address));
        QVERIFY(!security::stranger_listens("unix:/run/somewhere.sock"));
        QVERIFY(!security::stranger_listens("nonsense"));
    }
};

INDOUBT_TEST(StrangerTest);
#include "stranger_test.moc"
