import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.object.ObjectSpec;

/// Keeps a hash map of many entries for bench/dump, pinned; with `churn`, removes entries and adds
/// others all the while, so that there are as many.
final class Dump {
  private static final int BATCH = 10_000;

  private Dump() {}

  /// Arguments: `fill OBJECT PIN COUNT` or `churn PIN COUNT`.
  public static void main(String[] args) throws Exception {
    try (var kernel = LinuxKernel.open()) {
      if (args[0].equals("fill")) {
        try (var object = kernel.load(ObjectSpec.read(Path.of(args[1])))) {
          var map = object.map("zoo_million");
          var count = Integer.parseInt(args[3]);
          for (int from = 0; from < count; from += BATCH) {
            put(map, from, Math.min(count, from + BATCH));
          }
          map.pin(Path.of(args[2]));
        }
        return;
      }
      try (var map = kernel.openMap(Path.of(args[1]))) {
        churn(map, Integer.parseInt(args[2]));
      }
    }
  }

  private static void put(LinuxMap map, int from, int to) {
    var entries = new HashMap<byte[], byte[]>();
    for (int i = from; i < to; i++) {
      entries.put(key(i), value(i));
    }
    map.updateAll(entries, Update.ANY);
  }

  private static void churn(LinuxMap map, int count) {
    System.out.println("ready");
    for (int next = 0; ; next++) {
      map.delete(key(next));
      map.update(key(next + count), value(next), Update.ANY);
    }
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(number).array();
  }

  private static byte[] value(int number) {
    return ByteBuffer.allocate(16)
        .order(ByteOrder.nativeOrder())
        .putLong(number * 1_000_003L)
        .putInt(number)
        .putInt(7)
        .array();
  }
}
