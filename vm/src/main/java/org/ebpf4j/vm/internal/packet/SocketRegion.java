package org.ebpf4j.vm.internal.packet;

import java.util.Arrays;
import java.util.List;
import org.ebpf4j.context.ContextStruct;
import org.ebpf4j.vm.internal.machine.Region;

/// A socket as programs see it, a `struct bpf_sock`, with its options. What was not said of it is
/// zero.
public final class SocketRegion extends Region {
  private static final String STRUCT = "bpf_sock";
  private static final String TCP_STRUCT = "bpf_tcp_sock";
  private static final int TCP = 6;

  private final ContextStruct struct = ContextStruct.named(STRUCT);
  private final byte[] fields;
  private final SocketOptions options = new SocketOptions();
  private final Region tcp;

  /// @param given the fields of `struct bpf_sock`, or nothing
  /// @param tcp those of `struct bpf_tcp_sock`, or nothing
  public SocketRegion(String name, byte[] given, byte[] tcp) {
    super(name, ContextStruct.named(STRUCT).size(), false);
    this.fields = Arrays.copyOf(given, struct.size());
    this.tcp =
        new Region(
            "struct bpf_tcp_sock of " + name,
            Arrays.copyOf(tcp, ContextStruct.named(TCP_STRUCT).size()),
            false);
  }

  /// The number in a field.
  public long get(String field) {
    var place = struct.field(field);
    return read(place.offset(), place.width());
  }

  /// The number in an element of a field.
  public long get(String field, int index) {
    var place = struct.field(field);
    return read(place.offset() + index * place.width(), place.width());
  }

  /// What says which options it has.
  public SocketOptions.Kind kind() {
    return new SocketOptions.Kind((int) get("family"), (int) get("protocol"));
  }

  /// Its options.
  public SocketOptions options() {
    return options;
  }

  /// All that there is of it in memory; it is the first.
  public List<Region> regions() {
    return List.of(this, tcp);
  }

  /// The address of its `struct bpf_tcp_sock`; 0 where it is no TCP socket.
  public long tcp() {
    return get("protocol") == TCP ? tcp.address() : 0;
  }

  @Override
  protected long read(int offset, int size) {
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = (value << 8) | (fields[offset + i] & 0xff);
    }
    return value;
  }
}
