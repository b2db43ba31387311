package org.ebpf4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.object.JumpTable;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ProgramSpec;

/// The jump tables of one program as maps of instructions, which kernels since 6.19 have.
final class JumpTableMaps implements AutoCloseable {
  private static final int VALUE_SIZE = 16;

  private final ProgramSpec program;
  private final Map<Integer, Fd> byOffset = new HashMap<>();

  private JumpTableMaps(ProgramSpec program) {
    this.program = program;
  }

  static JumpTableMaps create(ProgramSpec program, int tokenFd) {
    var maps = new JumpTableMaps(program);
    try {
      for (var table : program.jumpTables()) {
        if (!maps.byOffset.containsKey(table.offset())) {
          maps.add(table, tokenFd);
        }
      }
      return maps;
    } catch (RuntimeException | Error e) {
      maps.close();
      throw e;
    }
  }

  private void add(JumpTable table, int tokenFd) {
    var what = "a jump table of program '" + program.name() + "'";
    var created =
        Bpf.mapCreate(
            MapCreate.of(
                    MapType.INSN_ARRAY.number(),
                    4,
                    VALUE_SIZE,
                    table.targets().size(),
                    ".jumptables")
                .withToken(tokenFd));
    if (created.errno() == Errno.EINVAL) {
      throw new UnsupportedFeatureException(
          "jump tables", "6.19", what + ": this kernel has no maps of instructions (since 6.19)");
    }
    if (!created.ok()) {
      throw KernelException.of(what, "MAP_CREATE", created.errno());
    }
    byOffset.put(table.offset(), created.fd());
    var map = created.fd().number();
    for (int i = 0; i < table.targets().size(); i++) {
      var value =
          ByteBuffer.allocate(VALUE_SIZE)
              .order(ByteOrder.nativeOrder())
              .putInt(table.targets().get(i))
              .array();
      var key = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(i).array();
      check(what, "MAP_UPDATE_ELEM", Bpf.mapUpdate(map, key, value, 0));
    }
    check(what, "MAP_FREEZE", Bpf.mapFreeze(map));
  }

  private static void check(String what, String command, int errno) {
    if (errno != 0) {
      throw KernelException.of(what, command, errno);
    }
  }

  /// Writes the descriptors into the instructions that load the tables.
  void patch(long[] slots) {
    for (var table : program.jumpTables()) {
      var fd = java.util.Objects.requireNonNull(byOffset.get(table.offset()));
      slots[table.slot()] = Slot.withImm(slots[table.slot()], fd.number());
    }
  }

  @Override
  public void close() {
    byOffset.values().forEach(Fd::close);
  }
}
