import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.RunInput;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxMap;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.TypedRingBuffer;

/// The side of bench/data that is ebpf4j; the twin of `data.c`, which uses the objects that this makes.
///
///     Data --serve OBJECT   prints the ids of a program and of maps, then does what each line of standard input says, and
///                           prints how many nanoseconds that took
///     Data --cold OBJECT    fills a ring, and prints how long the first drain of this JVM took
final class Data {
  private static final int CALLS = 100_000;
  private static final int KEYS = 10_000;
  private static final int CELLS = 64;
  private static final int ENTRIES =
      Integer.parseInt(System.getenv().getOrDefault("EBPF4J_ENTRIES", "1000000"));
  private static final int WORDS = 1 << 20;
  private static final int PASSES = 8;
  private static final int RING = 4 << 20;
  private static final int EVENTS = RING / 24;
  private static final Duration MOMENT = Duration.ofMillis(100);

  record Event(long sequence, int cpu, int check) {}

  record Pair(long first, long second) {}

  private final LinuxKernel kernel = LinuxKernel.open();
  private final LinuxObject object;
  private final RingBuffer ring;
  private final TypedRingBuffer<Event> events;
  private long sum;

  private Data(String file) {
    object =
        kernel.load(
            ObjectSpec.read(Path.of(file)).withMap("events", map -> map.withMaxEntries(RING)));
    ring = object.ringBuffer("events");
    events = ring.as(Event.class);
  }

  public static void main(String[] args) throws IOException {
    var data = new Data(args[1]);
    switch (args[0]) {
      case "--serve" -> data.serve();
      case "--cold" -> System.out.println(data.drain(1));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private void serve() throws IOException {
    try (var hash = map("hash", MapType.HASH, 4, 8, KEYS);
        var wide = map("wide", MapType.HASH, 16, 16, KEYS);
        var cpus = map("cpus", MapType.PERCPU_ARRAY, 4, 8, CELLS);
        var many = map("many", MapType.HASH, 4, 16, ENTRIES);
        var mapped =
            kernel.createMap(
                MapSpec.of("mapped", MapType.ARRAY, 4, 8, WORDS).withFlags(MapSpec.MMAPABLE))) {
      var numbers = hash.as(Integer.class, Long.class);
      var pairs = wide.as(Pair.class, Pair.class);
      var each = cpus.perCpu(Integer.class, Long.class);
      var entries = many.as(Integer.class, Pair.class);
      var memory = mapped.memory();
      fill(entries);
      for (int i = 0; i < WORDS; i++) {
        memory.setAtIndex(ValueLayout.JAVA_LONG, i, i);
      }
      updates(numbers);
      wideUpdates(pairs);
      var ids = new StringBuilder().append(object.program("emit").id());
      for (var one :
          new LinuxMap[] {
            object.map(".bss"), object.map("events"), hash, wide, cpus, many, mapped
          }) {
        ids.append(' ').append(one.id());
      }
      System.out.println(ids);
      System.out.println(
          object.variable("sent").variable().offset()
              + " "
              + object.variable("lost").variable().offset());
      var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (var line = input.readLine(); line != null; line = input.readLine()) {
        System.out.println(
            switch (line) {
              case "drain" -> drain(PASSES);
              case "borrow" -> borrow();
              case "lookup" -> lookups(numbers);
              case "update" -> updates(numbers);
              case "wide-lookup" -> wideLookups(pairs);
              case "wide-update" -> wideUpdates(pairs);
              case "cpus" -> cpus(each);
              case "batch" -> batch(entries);
              case "words" -> words(memory);
              case "flow" -> flow();
              default -> throw new IllegalArgumentException(line);
            });
      }
      if (sum == 1) {
        System.out.println("so that it is summed");
      }
    }
  }

  private LinuxMap map(String name, MapType type, int keySize, int valueSize, int entries) {
    return kernel.createMap(MapSpec.of(name, type, keySize, valueSize, entries));
  }

  private static void fill(BpfMap<Integer, Pair> entries) {
    var some = new HashMap<Integer, Pair>();
    for (int i = 0; i < ENTRIES; i++) {
      some.put(i, new Pair(i, 2L * i));
      if (some.size() == 10_000) {
        entries.updateAll(some, Update.ANY);
        some.clear();
      }
    }
  }

  private void emit() {
    object.program("emit").run(RunInput.packet(new byte[64]).repeat(EVENTS));
  }

  private static void check(int expected, long count) {
    if (count != expected) {
      throw new IllegalStateException(count + " of " + expected);
    }
  }

  private long drain(int times) {
    long nanos = 0;
    for (int i = 0; i < times; i++) {
      emit();
      var start = System.nanoTime();
      var count = events.consume(event -> sum += event.sequence() + event.cpu() + event.check());
      nanos += System.nanoTime() - start;
      check(EVENTS, count);
    }
    return nanos;
  }

  private long borrow() {
    long nanos = 0;
    for (int i = 0; i < PASSES; i++) {
      emit();
      var start = System.nanoTime();
      var count =
          ring.consume(record ->
              sum +=
                  record.get(ValueLayout.JAVA_LONG, 0)
                      + record.get(ValueLayout.JAVA_INT, 8)
                      + record.get(ValueLayout.JAVA_INT, 12));
      nanos += System.nanoTime() - start;
      check(EVENTS, count);
    }
    return nanos;
  }

  private long lookups(BpfMap<Integer, Long> map) {
    var start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      sum += map.lookup(i % KEYS).orElseThrow();
    }
    return System.nanoTime() - start;
  }

  private long updates(BpfMap<Integer, Long> map) {
    var start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      map.update(i % KEYS, (long) i);
    }
    return System.nanoTime() - start;
  }

  private long wideLookups(BpfMap<Pair, Pair> map) {
    var start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      var value = map.lookup(new Pair(i % KEYS, i % KEYS + 1)).orElseThrow();
      sum += value.first() + value.second();
    }
    return System.nanoTime() - start;
  }

  private long wideUpdates(BpfMap<Pair, Pair> map) {
    var start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      map.update(new Pair(i % KEYS, i % KEYS + 1), new Pair(i, i + 1));
    }
    return System.nanoTime() - start;
  }

  private long cpus(BpfMap<Integer, PerCpu<Long>> map) {
    var start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      for (long value : map.lookup(i % CELLS).orElseThrow().values()) {
        sum += value;
      }
    }
    return System.nanoTime() - start;
  }

  private long batch(BpfMap<Integer, Pair> map) {
    var count = new int[1];
    var start = System.nanoTime();
    map.entries()
        .forEach((key, value) -> {
          sum += key + value.first() + value.second();
          count[0]++;
        });
    var nanos = System.nanoTime() - start;
    check(ENTRIES, count[0]);
    return nanos;
  }

  private long words(MemorySegment memory) {
    var start = System.nanoTime();
    for (int pass = 0; pass < PASSES; pass++) {
      sum += total(memory);
    }
    return System.nanoTime() - start;
  }

  private static long total(MemorySegment memory) {
    long total = 0;
    for (int i = 0; i < WORDS; i++) {
      total += memory.getAtIndex(ValueLayout.JAVA_LONG, i);
    }
    return total;
  }

  /// Reads until no event has come for 300 ms; how many there were.
  private long flow() {
    long total = 0;
    long last = 0;
    while (total == 0 || System.nanoTime() - last < 300_000_000) {
      var count =
          events.poll(MOMENT, event -> sum += event.sequence() + event.cpu() + event.check());
      if (count > 0) {
        total += count;
        last = System.nanoTime();
      }
    }
    return total;
  }
}
