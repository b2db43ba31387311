package org.ebpf4j.fuzz;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.btf.text.BtfValuePrinter.Style;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// The printing of values, of one type of each input, which the input chooses.
public final class ValueTarget implements FuzzTarget {
  private static final List<Style> STYLES = List.of(Style.values());

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
          var style = STYLES.get(Math.floorMod(hash, STYLES.size()));
          var order = hash % 5 == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
          var printer = new BtfValuePrinter(types, order, style);
          var data = Arrays.copyOf(bytes, 1 << 12);
          for (int i = 0; i < 4; i++) {
            var id = Math.floorMod(hash + 37 * i, types.typeCount());
            it.attempt(() -> {
              if (types.size(id) <= data.length) {
                printer.print(id, data, 0);
              }
            });
            it.attempt(
                () -> printer.printRecord(id, Arrays.copyOf(bytes, Math.floorMod(hash, 200))));
          }
        });
  }
}
