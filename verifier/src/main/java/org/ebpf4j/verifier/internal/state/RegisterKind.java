package org.ebpf4j.verifier.internal.state;

/// What a register can hold, with the name that the kernel prints.
public enum RegisterKind {
  UNSET("?"),
  SCALAR("scalar"),
  CONTEXT("ctx"),
  MAP("map_ptr"),
  MAP_VALUE("map_value"),
  MAP_KEY("map_key"),
  STACK("fp"),
  PACKET_META("pkt_meta"),
  PACKET("pkt"),
  PACKET_END("pkt_end"),
  FLOW_KEYS("flow_keys"),
  SOCKET("sock"),
  SOCKET_COMMON("sock_common"),
  TCP_SOCKET("tcp_sock"),
  TP_BUFFER("tp_buffer"),
  XDP_SOCKET("xdp_sock"),
  BTF_OBJECT("ptr_"),
  MEMORY("mem"),
  ARENA("arena"),
  BUFFER("buf"),
  FUNCTION("func"),
  INSTRUCTION("insn"),
  DYNPTR("dynptr_ptr");

  private final String label;

  RegisterKind(String label) {
    this.label = label;
  }

  /// The name that the kernel prints.
  public String label() {
    return label;
  }

  /// Whether it is one of the pointers into a packet.
  public boolean isPacket() {
    return this == PACKET || this == PACKET_META;
  }
}
