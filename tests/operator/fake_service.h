// SPDX-License-Identifier: GPL-3.0-or-later
// The operator service over a host that pretends, and a client to it.
#pragma once
#include <QFile>
#include <QTemporaryDir>
#include <fstream>

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "client/operator_client.h"
#include "operator/fake_host.h"
#include "operator/service.h"

namespace indoubt::tests {

struct FakeService {
    FakeService() {
        const std::string token(64, 'a');
        std::ofstream(token_file.toStdString()) << token << "\n";
        QFile::setPermissions(token_file, QFile::ReadOwner | QFile::WriteOwner);
        grpc::ServerBuilder builder;
        builder.AddListeningPort(address, grpc::InsecureServerCredentials());
        server = operators::OperatorServer::start(host, builder, address, token).value();
        client = client::connect({{address, token_file.toStdString()}}).value();
    }

    QTemporaryDir directory;
    const std::string address = "unix:" + directory.filePath("s").toStdString();
    const QString token_file = directory.filePath("token");
    FakeHost host;
    std::unique_ptr<operators::OperatorServer> server;
    std::unique_ptr<client::OperatorClient> client;
};

}  // namespace indoubt::tests
