// SPDX-License-Identifier: GPL-3.0-or-later
#include "feed/session.h"

#include <QSettings>
#include <QtTest>

#include "support/test_main.h"

using namespace indoubt;
using console::feed::Role;
using console::feed::Session;
using console::theme::Environment;

class FeedSessionTest : public QObject {
    Q_OBJECT
  private slots:
    void init() { qputenv("USER", "mwagner"); }

    void orders_carry_the_users_own_name_wherever_they_are_no_game() {
        for (const auto environment : {Environment::Test, Environment::Drill, Environment::Production}) {
            Session session;
            session.setCluster(environment, QStringLiteral("Rhein"), false);
            QCOMPARE(session.actor(), std::string("mwagner"));
            session.setPerson(QStringLiteral("Ben Okafor"), Role::Owner);
            QCOMPARE(session.actor(), std::string("mwagner"));
            QVERIFY(session.role() != Role::Owner);
        }
    }

    void in_the_sandbox_one_can_be_somebody_else_and_leaves_them_there() {
        Session session;
        session.setCluster(Environment::Sandbox, QStringLiteral("Local sandbox"), true);
        QCOMPARE(session.actor(), std::string("Ana Ruiz"));
        session.setPerson(QStringLiteral("Ben Okafor"), Role::Operator);
        QCOMPARE(session.actor(), std::string("Ben Okafor"));
        session.setCluster(Environment::Production, QStringLiteral("Rhein"), false);
        QCOMPARE(session.actor(), std::string("mwagner"));
    }

    void without_a_name_in_the_environment_the_system_is_asked() {
        qunsetenv("USER");
        Session session;
        session.setCluster(Environment::Production, QStringLiteral("Rhein"), false);
        QVERIFY(!session.actor().empty());
        QVERIFY(session.actor() != "Ana Ruiz");
    }
};

INDOUBT_TEST(FeedSessionTest);
#include "feed_session_test.moc"
