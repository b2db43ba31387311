package org.ebpf4j.linux;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.Kernel;
import org.ebpf4j.contract.SocketLookupContract;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.AfterEach;

/// This machine's kernel keeps the contract.
@KernelTest
final class LinuxSocketLookupContractTest extends SocketLookupContract {
  private final List<ListeningSocket> sockets = new ArrayList<>();

  @Override
  protected Kernel open() {
    return LinuxKernel.open();
  }

  @Override
  protected Listening listen(Kernel on) {
    try {
      var address = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      var socket = ((LinuxKernel) on).listen(new InetSocketAddress(address, 0));
      sockets.add(socket);
      return new Listening(socket.fd(), socket.address().getPort());
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void closeSockets() {
    sockets.forEach(ListeningSocket::close);
  }
}
