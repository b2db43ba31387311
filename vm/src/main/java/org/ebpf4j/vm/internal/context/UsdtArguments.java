package org.ebpf4j.vm.internal.context;

import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.binary.StaticArgument;
import org.ebpf4j.binary.StaticArgument.Layout;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.vm.internal.map.Content;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.internal.program.LoadedCode;

/// What programs of static probes (USDT) are told of their arguments, in the map that libbpf's
/// `usdt.bpf.h` puts into an object: here, each is a constant.
public final class UsdtArguments {
  private static final String DESCRIPTIONS = "__bpf_usdt_specs";
  private static final int X86_64 = 62;

  /// The elements are taken in turn, so that runs in other threads keep theirs.
  private static final AtomicInteger NEXT = new AtomicInteger();

  private UsdtArguments() {}

  /// Whether a program takes arguments so.
  public static boolean wants(LoadedCode program) {
    return program.map(DESCRIPTIONS).isPresent();
  }

  /// Tells a program its arguments.
  ///
  /// @return the element, which is what the program is given as its cookie
  /// @throws IllegalArgumentException for more arguments than a probe has
  public static int tell(LoadedCode program, long[] values, long cookie) {
    var map = program.map(DESCRIPTIONS).orElseThrow();
    var layout =
        Layout.ofSize(map.shape().valueSize())
            .orElseThrow(() ->
                new BpfException(
                    "program '"
                        + program.name()
                        + "': the values of map "
                        + DESCRIPTIONS
                        + " have "
                        + map.shape().valueSize()
                        + " bytes, as in no usdt.bpf.h that is known"));
    var text = new StringBuilder();
    for (var value : values) {
      text.append(text.isEmpty() ? "" : " ").append("-8@$").append(value);
    }
    var description =
        StaticArgument.spec(
            StaticArgument.parse(text.toString(), X86_64), cookie, layout, ByteOrder.LITTLE_ENDIAN);
    var element = Math.floorMod(NEXT.getAndIncrement(), (int) map.shape().maxEntries());
    put(map, element, description);
    return element;
  }

  private static void put(Store map, int element, byte[] description) {
    map.locked(() -> map.content().put(Values.u32(element), description, Content.ANY));
  }
}
