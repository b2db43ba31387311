package org.ebpf4j.linux.internal.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.JumpTableMap;
import org.ebpf4j.object.MapType;

/// The jump tables of one program as maps of instructions, which kernels since 6.19 have.
final class JumpTables implements AutoCloseable {
  private static final int VALUE_SIZE = 16;

  private final FittedProgram program;
  private final List<Fd> maps = new ArrayList<>();

  private JumpTables(FittedProgram program) {
    this.program = program;
  }

  static JumpTables create(FittedProgram program, int tokenFd) {
    var maps = new JumpTables(program);
    try {
      for (var table : program.tables()) {
        maps.add(table, tokenFd);
      }
      return maps;
    } catch (RuntimeException | Error e) {
      maps.close();
      throw e;
    }
  }

  private void add(JumpTableMap table, int tokenFd) {
    var what = "a jump table of program '" + program.program().name() + "'";
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
    maps.add(created.fd());
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
    for (int i = 0; i < maps.size(); i++) {
      for (int slot : program.tables().get(i).slots()) {
        slots[slot] = Slot.withImm(slots[slot], maps.get(i).number());
      }
    }
  }

  @Override
  public void close() {
    maps.forEach(Fd::close);
  }
}
