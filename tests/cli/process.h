// SPDX-License-Identifier: GPL-3.0-or-later
// indoubtd and indoubtctl as a user has them: processes, exit codes, what they print. Each Daemon has directories of its own, so tests
// see neither each other nor the tester's clusters.
#pragma once
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

namespace indoubt::tests {

inline QString program(const QString& name) {
    const QString directory = qEnvironmentVariable("INDOUBT_BIN", INDOUBT_BIN_DIR);
    return directory + "/" + name;
}

struct Answer {
    int code = -1;
    QString out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
    QByteArray text() const { return QString("exit %1\n%2\n%3").arg(code).arg(out, err).toUtf8(); }
};

class Daemon {
  public:
    // `beside`: in the same user's directories as another, with databases of its own.
    explicit Daemon(QStringList arguments = {}, const Daemon* beside = nullptr)
        : m_home(beside ? beside->m_home : m_directory.path()), m_arguments(std::move(arguments)) {
        start();
    }
    ~Daemon() { stop(); }

    bool up() const { return m_up; }
    QString problem() const { return m_problem; }
    QString data() const { return m_directory.filePath("data"); }
    QString file(const QString& name) const { return m_directory.filePath(name); }
    QString write(const QString& name, const std::string& text) const {
        QFile out(file(name));
        if (out.open(QIODevice::WriteOnly)) out.write(text.data(), static_cast<qint64>(text.size()));
        return file(name);
    }

    void start() {
        m_process = std::make_unique<QProcess>();
        m_process->setProcessEnvironment(environment());
        m_process->start(program("indoubtd"), QStringList{"--data", data(), "--json", "--log-level", "warn"} + m_arguments);
        m_up = m_process->waitForStarted() && m_process->waitForReadyRead(30'000);
        const QByteArray ready = m_process->readAllStandardOutput();
        m_up = m_up && QJsonDocument::fromJson(ready).object().value("ready").toBool();
        if (!m_up) {
            m_process->waitForFinished(2000);
            m_problem = QString::fromUtf8(ready + m_process->readAllStandardError());
        }
    }
    void kill() {  // SIGKILL
        m_process->kill();
        m_process->waitForFinished(10'000);
    }
    void stop() {
        if (!m_process || m_process->state() == QProcess::NotRunning) return;
        m_process->terminate();
        if (!m_process->waitForFinished(10'000)) kill();
    }
    // -1: it still runs, or a signal ended it.
    int wait_for_exit(int ms = 10'000) {
        const bool over = m_process->state() == QProcess::NotRunning || m_process->waitForFinished(ms);
        return over && m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
    }

    std::unique_ptr<QProcess> begin(const QStringList& arguments) const {
        auto process = std::make_unique<QProcess>();
        process->setProcessEnvironment(environment());
        process->start(program("indoubtctl"), arguments);
        process->waitForStarted();
        return process;
    }
    Answer ctl(const QStringList& arguments, int ms = 60'000) const {
        const auto process = begin(arguments);
        Answer answer;
        if (process->waitForFinished(ms))
            answer.code = process->exitStatus() == QProcess::NormalExit ? process->exitCode() : -2;
        else
            process->kill();
        answer.out = QString::fromUtf8(process->readAllStandardOutput());
        answer.err = QString::fromUtf8(process->readAllStandardError());
        return answer;
    }
    Answer json(QStringList arguments) const { return ctl(arguments << "--json"); }

    QProcessEnvironment environment() const {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"XDG_RUNTIME_DIR", "XDG_DATA_HOME", "HOME"}) environment.insert(name, m_home);
        environment.insert("USER", "ana");
        environment.insert("TZ", "UTC");
        return environment;
    }

    // Sum of all balances in one currency, and of what is on hold.
    qint64 total(const QString& currency, const QString& key = "posted_minor") const {
        qint64 sum = 0;
        const auto accounts = json({"account", "list", "--limit", "100000"}).json().value("accounts").toArray();
        for (const auto& account : accounts)
            if (account.toObject().value("currency").toString() == currency) sum += account.toObject().value(key).toInteger();
        return sum;
    }
    qint64 balance(const QString& account) const { return json({"account", "show", account}).json().value("posted_minor").toInteger(); }

  private:
    QTemporaryDir m_directory;
    QString m_home;
    QStringList m_arguments;
    std::unique_ptr<QProcess> m_process;
    bool m_up = false;
    QString m_problem;
};

}  // namespace indoubt::tests
