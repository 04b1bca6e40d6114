// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/token.h"

#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <fstream>

#include "security/files.h"
#include "support/test_main.h"

using namespace indoubt;

class TokenTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_directory;
    std::string path(const char* name) const { return (m_directory.path() + "/" + name).toStdString(); }

  private slots:
    void two_tokens_differ_and_have_256_bits() {
        auto a = security::make_token(), b = security::make_token();
        QVERIFY(a.ok() && b.ok());
        QCOMPARE(a->size(), std::size_t{64});
        QVERIFY(*a != *b);
    }
    void a_token_file_is_readable_by_its_owner_only_whatever_the_umask() {
        const mode_t before = ::umask(0);
        auto token = security::make_token();
        const bool written = security::write_token_file(path("token"), *token).ok();
        ::umask(before);
        QVERIFY(written);
        struct stat info {};
        QCOMPARE(::stat(path("token").c_str(), &info), 0);
        QCOMPARE(info.st_mode & 0777, 0600u);
        auto read = security::read_token_file(path("token"));
        QVERIFY(read.ok());
        QCOMPARE(*read, *token);
    }
    void a_token_file_that_others_may_read_is_refused() {
        QVERIFY(security::write_token_file(path("open"), *security::make_token()).ok());
        for (mode_t mode : {0644, 0640, 0604, 0620}) {
            ::chmod(path("open").c_str(), mode);
            auto read = security::read_token_file(path("open"));
            QVERIFY2(!read.ok(), qPrintable(QString::number(mode, 8)));
            QCOMPARE(read.error().code, base::ErrorCode::permission_denied);
        }
    }
    void a_file_without_a_token_is_damage_and_none_is_not_found() {
        QVERIFY(security::write_private_file(path("other"), "hello\n").ok());
        QCOMPARE(security::read_token_file(path("other")).error().code, base::ErrorCode::data_loss);
        QVERIFY(security::write_private_file(path("large"), std::string(5000, 'a')).ok());
        QCOMPARE(security::read_token_file(path("large")).error().code, base::ErrorCode::data_loss);
        QCOMPARE(security::read_token_file(path("none")).error().code, base::ErrorCode::not_found);
    }
    void a_new_token_replaces_the_old_one_whole() {
        auto first = *security::make_token(), second = *security::make_token();
        QVERIFY(security::write_token_file(path("again"), first).ok());
        QVERIFY(security::write_token_file(path("again"), second).ok());
        QCOMPARE(*security::read_token_file(path("again")), second);
        QCOMPARE(QDir(m_directory.path()).entryList({"again.*"}, QDir::Files).size(), 0);
    }
    void a_directory_of_secrets_is_closed_to_others_or_refused() {
        const auto mode = [](const std::string& name) {
            struct stat info {};
            return ::stat(name.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
        };
        QVERIFY(security::make_private_directory(path("fresh/below")).ok());
        QCOMPARE(mode(path("fresh/below")), 0700u);
        ::mkdir(path("empty").c_str(), 0755);
        QVERIFY(security::make_private_directory(path("empty")).ok());
        QCOMPARE(mode(path("empty")), 0700u);
        // What holds other files may be a home or /tmp: it is not ours to close.
        ::mkdir(path("home").c_str(), 0755);
        std::ofstream(path("home/letter")) << "Dear all";
        auto refused = security::make_private_directory(path("home"), "mark");
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, base::ErrorCode::permission_denied);
        QCOMPARE(mode(path("home")), 0755u);
        std::ofstream(path("home/mark")) << "";
        QVERIFY(security::make_private_directory(path("home"), "mark").ok());
        QCOMPARE(mode(path("home")), 0700u);
        ::chmod(path("home").c_str(), 01777);
        QVERIFY(!security::make_private_directory(path("home"), "mark").ok());
    }
    void only_the_same_token_is_the_same() {
        const auto token = *security::make_token();
        QVERIFY(security::same_token(token, token));
        auto other = token;
        other.back() = other.back() == '0' ? '1' : '0';
        QVERIFY(!security::same_token(other, token));
        QVERIFY(!security::same_token(token.substr(1), token));
        QVERIFY(!security::same_token("", token));
        QVERIFY(!security::same_token("", ""));
    }
};

INDOUBT_TEST(TokenTest);
#include "token_test.moc"
