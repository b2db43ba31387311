package org.ebpf4j.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// `BtfExt.read`. An input is the length of the types (4 bytes), the types, and the records.
public final class BtfExtTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    var seeds = new ArrayList<byte[]>();
    for (var object : Seeds.objects()) {
      var elf = ElfFile.read("seed", object);
      if (elf.section(".BTF").isPresent() && elf.section(".BTF.ext").isPresent()) {
        var types = elf.section(".BTF").get().data().copy();
        var records = elf.section(".BTF.ext").get().data().copy();
        var seed = ByteBuffer.allocate(4 + types.length + records.length);
        seed.order(ByteOrder.LITTLE_ENDIAN).putInt(types.length).put(types).put(records);
        seeds.add(seed.array());
      }
    }
    return seeds;
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (bytes.length < 4) {
      return;
    }
    var length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 0 || length > bytes.length - 4) {
      return;
    }
    FuzzCase.of(
        bytes,
        it -> {
          var types = it.value(() -> Btf.read("fuzz", Arrays.copyOfRange(bytes, 4, 4 + length)));
          var records = Arrays.copyOfRange(bytes, 4 + length, bytes.length);
          it.attempt(() -> BtfExt.read(FileBytes.of("fuzz", records, types.order()), types));
        });
  }
}
