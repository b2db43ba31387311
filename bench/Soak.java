import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;

/// Reads a ring for a long time, from a producer that does nothing but write to it: `Soak SECONDS OBJECT PRODUCER…`,
/// where the producer is a command to which the ids and places that `data --produce` wants are added.
///
/// Of every ten seconds it reads eight at its best, is slow for one, and does not read for one; then the ring is full.
/// Every event is looked at. In the end, as many must have been sent as were received and lost, and the numbers that
/// are missing must be as many as were lost.
final class Soak {
  private static final int RING = 4 << 20;
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final long SECOND = 1_000_000_000;

  record Event(long sequence, int cpu, int check) {}

  private long received;
  private long missing;
  private long expected;
  private boolean slow;

  private Soak() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    new Soak().run(Long.parseLong(args[0]), args);
  }

  private void run(long seconds, String... args) throws IOException, InterruptedException {
    var spec = ObjectSpec.read(Path.of(args[1])).withMap("events", map -> map.withMaxEntries(RING));
    try (var object = LinuxKernel.open().load(spec);
        var ring = object.ringBuffer("events")) {
      var events = ring.as(Event.class);
      var sent = object.variable("sent");
      var lost = object.variable("lost");
      var command = new java.util.ArrayList<>(java.util.List.of(args).subList(2, args.length));
      command.add("--produce");
      command.add(String.valueOf(object.program("emit").id()));
      command.add(String.valueOf(object.map(".bss").id()));
      command.add(String.valueOf(sent.variable().offset()));
      command.add(String.valueOf(lost.variable().offset()));
      command.add(String.valueOf(seconds * 1000));
      var producer = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var start = System.nanoTime();
      long next = Math.min(seconds, 10);
      String first = null;
      var last = "";
      var step = Math.max(1, seconds / 10);
      while (producer.isAlive() || ring.available() > 0) {
        var second = (System.nanoTime() - start) / SECOND;
        slow = producer.isAlive() && second % 10 == 8;
        if (producer.isAlive() && second % 10 == 9) {
          LockSupport.parkNanos(SECOND / 10);
        } else {
          events.poll(MOMENT, this::take);
        }
        if (second >= next) {
          next += step;
          last = memory();
          first = first == null ? last : first;
          System.out.println(
              second + " s: " + received + " received, " + lost.get() + " lost, " + last);
        }
      }
      var nanos = System.nanoTime() - start;
      System.out.println("producer: " + answer(producer));
      System.out.println("memory: first " + first + ", last " + last);
      System.out.printf(
          "%d sent, %d received, %d lost; %.2f million received in a second%n",
          sent.get(), received, lost.get(), received * 1e3 / nanos);
      // Those at the end that are missing have no event after them.
      missing += sent.get() - expected;
      if (sent.get() != received + lost.get() || missing != lost.get()) {
        throw new IllegalStateException(missing + " numbers are missing: events were lost without a count");
      }
      System.out.println("sent = received + lost, and the numbers that are missing are as many as were lost");
    }
  }

  private void take(Event event) {
    if (event.sequence() < expected || event.check() != ((int) event.sequence() ^ 0x5a5a5a5a)) {
      throw new IllegalStateException("after " + (expected - 1) + " came " + event);
    }
    missing += event.sequence() - expected;
    expected = event.sequence() + 1;
    received++;
    if (slow && received % 1_000 == 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// The heap after garbage collection, and the memory of the process.
  private static String memory() throws IOException {
    System.gc();
    var heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    var pages = Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    return heap / 1024 + " KiB of heap, " + pages * 4 + " KiB resident";
  }

  private static String answer(Process producer) throws IOException, InterruptedException {
    try (var output =
        new BufferedReader(new InputStreamReader(producer.getInputStream(), StandardCharsets.UTF_8))) {
      var line = output.readLine();
      if (producer.waitFor() != 0) {
        throw new IOException("the producer failed");
      }
      return line;
    }
  }
}
