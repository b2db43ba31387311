package org.ebpf4j.vm.internal.life;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.jspecify.annotations.Nullable;

/// All objects of a kernel that are alive, and what refers to them: numbers of those who opened
/// them, which stand for descriptors, and pins. Any thread may use it.
public final class Registry {
  private static final int STANDARD_STREAMS = 2;

  private final Map<Kind, TreeMap<Integer, Kept>> alive = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> lastIds = new EnumMap<>(Kind.class);
  private final Map<Integer, Kept> opened = new HashMap<>();
  private final Map<Path, Kept> pins = new HashMap<>();
  private int lastNumber = STANDARD_STREAMS;

  public Registry() {
    for (var kind : Kind.values()) {
      alive.put(kind, new TreeMap<>());
      lastIds.put(kind, 0);
    }
  }

  private Map<Integer, Kept> of(Kind kind) {
    return alive.computeIfAbsent(kind, _ -> new TreeMap<>());
  }

  /// An id for a new object.
  public synchronized int newId(Kind kind) {
    return lastIds.merge(kind, 1, Integer::sum);
  }

  /// Opens an object, a new one or one that is alive, and gives the number that holds it.
  ///
  /// @throws IllegalStateException where it is gone
  public synchronized int open(Kept object) {
    hold(object);
    object.users++;
    opened.put(++lastNumber, object);
    return lastNumber;
  }

  /// Gives a number back, and the reference with it.
  public void close(int number) {
    Kept object;
    boolean last;
    synchronized (this) {
      object = opened.remove(number);
      if (object == null) {
        return;
      }
      last = --object.users == 0;
    }
    leave(object, last);
  }

  /// Nothing is called on an object under the lock, as it may wait for its own.
  private void leave(Kept object, boolean last) {
    if (last) {
      object.unused();
    }
    release(object);
  }

  /// What a number holds; null where it holds nothing.
  public synchronized @Nullable Kept opened(int number) {
    return opened.get(number);
  }

  /// Adds a reference.
  ///
  /// @throws IllegalStateException where the last was taken away, and it is gone
  public synchronized void hold(Kept object) {
    if (object.gone) {
      throw new IllegalStateException(object.kind().label() + " '" + object.name() + "' is closed");
    }
    object.references++;
    of(object.kind()).put(object.id(), object);
  }

  /// Takes a reference away. The object is gone with the last. Not to be called under the lock.
  public void release(Kept object) {
    synchronized (this) {
      if (--object.references > 0) {
        return;
      }
      object.gone = true;
      of(object.kind()).remove(object.id());
    }
    object.released();
  }

  /// How many references an object has.
  public synchronized int references(Kept object) {
    return object.references;
  }

  /// How many of them are numbers that are open, and pins.
  public synchronized int users(Kept object) {
    return object.users;
  }

  /// The numbers by which an object is open, ascending.
  public synchronized List<Integer> numbers(Kept object) {
    return opened.keySet().stream().filter(n -> isSame(opened.get(n), object)).sorted().toList();
  }

  /// Where an object is pinned.
  public synchronized List<Path> pins(Kept object) {
    return pins.keySet().stream().filter(p -> isSame(pins.get(p), object)).sorted().toList();
  }

  @SuppressWarnings("ReferenceEquality") // The very one is meant.
  private static boolean isSame(@Nullable Kept one, Kept other) {
    return one == other;
  }

  /// All that is alive.
  public synchronized List<Kept> alive() {
    return alive.values().stream().flatMap(all -> all.values().stream()).toList();
  }

  /// The ids of what is alive, ascending.
  public synchronized List<Integer> ids(Kind kind) {
    return List.copyOf(of(kind).keySet());
  }

  /// What has an id; null where it is not alive.
  public synchronized @Nullable Kept find(Kind kind, int id) {
    return of(kind).get(id);
  }

  /// What has an id.
  ///
  /// @param command the command of `bpf(2)` that asks, for the message
  /// @throws KernelException with `ENOENT` where it is not alive
  public Kept get(Kind kind, int id, String command) {
    var found = find(kind, id);
    if (found == null) {
      throw new KernelException(command, Errno.ENOENT, "no " + kind.label() + " with id " + id);
    }
    return found;
  }

  /// Pins an object.
  ///
  /// @throws KernelException with `EEXIST` where the path is taken
  public synchronized void pin(Kept object, Path path) {
    var key = path.toAbsolutePath().normalize();
    var there = pins.get(key);
    if (there != null) {
      throw new KernelException(
          "OBJ_PIN",
          Errno.EEXIST,
          object.kind().label()
              + " '"
              + object.name()
              + "' cannot be pinned at "
              + path
              + ": a "
              + there.kind().label()
              + " is there already");
    }
    hold(object);
    object.users++;
    pins.put(key, object);
  }

  /// What is pinned at a path; null where nothing is.
  public synchronized @Nullable Kept findPin(Path path) {
    return pins.get(path.toAbsolutePath().normalize());
  }

  /// What is pinned at a path.
  ///
  /// @throws KernelException with `ENOENT` where nothing is
  /// @throws BpfException where something of another kind is
  public synchronized Kept pinned(Path path, Kind kind) {
    var object = findPin(path);
    if (object == null) {
      throw noPin(path);
    }
    if (object.kind() != kind) {
      throw new BpfException(
          path
              + " is a "
              + object.kind().label()
              + " (id "
              + object.id()
              + "), not a "
              + kind.label());
    }
    return object;
  }

  /// Takes a pin away, and its reference.
  ///
  /// @throws KernelException with `ENOENT` where there is none
  public void unpin(Path path) {
    Kept object;
    boolean last;
    synchronized (this) {
      object = pins.remove(path.toAbsolutePath().normalize());
      if (object == null) {
        throw noPin(path);
      }
      last = --object.users == 0;
    }
    leave(object, last);
  }

  private static KernelException noPin(Path path) {
    return new KernelException("OBJ_GET", Errno.ENOENT, "no pin at " + path);
  }
}
