package org.ebpf4j.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.elf.FileBytes;

/// `BtfExt.read`. An input is the length of the types (4 bytes), the types, and the records.
public final class BtfExtTarget {
  private BtfExtTarget() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length < 4) {
      return;
    }
    var length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 0 || length > bytes.length - 4) {
      return;
    }
    Case.read(() -> {
      var types = Btf.read("fuzz", Arrays.copyOfRange(bytes, 4, 4 + length));
      var records = Arrays.copyOfRange(bytes, 4 + length, bytes.length);
      BtfExt.read(FileBytes.of("fuzz", records, types.order()), types);
    });
  }
}
