package org.ebpf4j.cli.virtual;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.Place;
import org.ebpf4j.cli.place.Target;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.error.BpfException;

/// A hook that is reached, once or several times.
///
/// @param text what the user wrote
/// @param point the hook
/// @param count how often
/// @param after how much time passes in the kernel before the first time
/// @param every how much time passes between two times
/// @param cpu the CPU that it happens on; empty for the first
/// @param task what is different of the task
/// @param fields the fields of the context, by their names
record Firing(
    String text,
    AttachPoint point,
    int count,
    Duration after,
    Duration every,
    OptionalInt cpu,
    TaskChange task,
    Map<String, String> fields)
    implements Step {
  private static final int MOST = 1_000_000_000;

  Firing {
    fields = Map.copyOf(fields);
  }

  /// Reads what `--fire` says: `KIND:PLACE[,NAME=VALUE…]`.
  ///
  /// @throws IllegalArgumentException where it is of another form; says which
  static Firing parse(String text) {
    var parts = text.split(",", -1);
    var place = new StringBuilder(parts[0]);
    var said = new LinkedHashMap<String, String>();
    for (int i = 1; i < parts.length; i++) {
      var equals = parts[i].indexOf('=');
      if (equals <= 0) {
        // An option of the place, or one more pattern.
        place.append(',').append(parts[i]);
      } else if (said.put(parts[i].substring(0, equals), parts[i].substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            "'" + text + "' says " + parts[i].substring(0, equals) + " twice");
      }
    }
    return of(place.toString(), said);
  }

  /// A hook and what is said of it, by name: `count`, `after`, `every`, `cpu`, `task.…`; anything
  /// else is a field of the context, also behind `ctx.`.
  ///
  /// @throws IllegalArgumentException for a place or a value of another form; says which
  static Firing of(String place, Map<String, String> said) {
    var task = new LinkedHashMap<String, String>();
    var fields = new LinkedHashMap<String, String>();
    var count = 1;
    var after = Duration.ZERO;
    var every = Duration.ZERO;
    var cpu = OptionalInt.empty();
    for (var each : said.entrySet()) {
      var name = each.getKey();
      var value = each.getValue();
      if (name.equals("count")) {
        count = number(name, value, 1);
      } else if (name.equals("after")) {
        after = DurationConverter.read(value);
      } else if (name.equals("every")) {
        every = DurationConverter.read(value);
      } else if (name.equals("cpu")) {
        cpu = OptionalInt.of(number(name, value, 0));
      } else if (name.startsWith("task.")) {
        task.put(taskName(name.substring(5)), value);
      } else {
        fields.put(name.startsWith("ctx.") ? name.substring(4) : name, value);
      }
    }
    return new Firing(place, point(place), count, after, every, cpu, new TaskChange(task), fields);
  }

  private static String taskName(String name) {
    if (!TaskChange.NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "a task has no '"
              + name
              + "'; what can be said of it is task.pid, task.tgid, task.comm, task.uid, task.gid,"
              + " task.object");
    }
    return name;
  }

  private static int number(String name, String value, int least) {
    try {
      var number = Integer.parseInt(value);
      if (number >= least && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        name + " is a number from " + least + " to " + MOST + ", not '" + value + "'");
  }

  private static AttachPoint point(String place) {
    var target = Target.parse(place);
    if (!target.program().isEmpty()) {
      throw new IllegalArgumentException(
          "'" + place + "': a hook is reached, whatever programs are there; it names none");
    }
    try {
      return target.place().in(new Unloaded());
    } catch (BpfException e) {
      throw new IllegalArgumentException("'" + place + "': " + e.getMessage(), e);
    }
  }

  /// What a place is in that no program goes to: its names stand for what programs are attached to.
  private record Unloaded() implements Place.Surroundings {
    private record Named(String name) implements Handle {}

    @Override
    public Handle map(String name) {
      return new Named(name);
    }

    @Override
    public Handle program(String reference) {
      return new Named(reference);
    }

    @Override
    public Handle listening(InetSocketAddress address) {
      return new Named("listen=" + address.getHostString() + ":" + address.getPort());
    }

    @Override
    public Optional<AttachType> attachType() {
      return Optional.empty();
    }
  }
}
