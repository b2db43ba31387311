package org.ebpf4j.jfr;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// The fields of events of Flight Recorder, and their values: of some structs of each input, which
/// the input chooses.
public final class FieldsTarget implements FuzzTarget {
  public FieldsTarget() {}

  @Override
  public List<byte[]> seeds() {
    return Seeds.types();
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(
        bytes,
        it -> {
          var types = it.value(() -> Btf.read("fuzz", bytes));
          var hash = Arrays.hashCode(bytes);
          var tried = 0;
          for (int i = 0; i < types.typeCount() && tried < 3; i++) {
            var id = Math.floorMod(hash + i, types.typeCount());
            if (types.type(types.resolve(id)) instanceof BtfType.Struct) {
              tried++;
              it.attempt(() -> decode(new EventFields(types, id), bytes, Math.floorMod(hash, 300)));
            }
          }
        });
  }

  private static void decode(EventFields fields, byte[] bytes, int length) {
    if (fields.cuts(length)) {
      return;
    }
    var whole = Arrays.copyOf(bytes, (int) Math.max(fields.size(), length));
    for (var decoder : fields.decoders()) {
      decoder.decode(MemorySegment.ofArray(whole), length);
    }
  }
}
