package org.ebpf4j.vm;

import org.ebpf4j.Kernel;
import org.ebpf4j.contract.SocketLookupContract;
import org.ebpf4j.vm.packet.ContextFields;

/// The virtual kernel keeps the contract.
final class SocketLookupContractTest extends SocketLookupContract {
  private int port = 4000;

  @Override
  protected Kernel open() {
    return VirtualKernel.open();
  }

  @Override
  protected Listening listen(Kernel on) {
    port++;
    var fields =
        ContextFields.of("bpf_sock")
            .set("family", 2)
            .set("type", 1)
            .set("protocol", 6)
            .set("state", 10)
            .set("src_port", port);
    var socket = ((VirtualKernel) on).handles().socket("port " + port, fields);
    return new Listening(socket.number(), port);
  }
}
