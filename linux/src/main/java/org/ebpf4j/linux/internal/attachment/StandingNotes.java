package org.ebpf4j.linux.internal.attachment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.OwnerNote;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.internal.sys.Result;
import org.jspecify.annotations.Nullable;

/// What this process has put on hooks that keep a program after the process is gone and have no
/// room for a name: a hash map of the kernel, with a key for each program and its place, and one
/// that says which process this is. Each of those programs holds the map (`PROG_BIND_MAP`, since
/// 5.10), so that it lives as long as one of them does, and another process can read which of them
/// nobody will take off.
public final class StandingNotes {
  /// The name of the map.
  public static final String NAME = "ebpf4j_standing";

  private static final int HASH = 1;
  private static final int BPF_F_NO_PREALLOC = 1;
  private static final int KEY_SIZE = 128;
  private static final int VALUE_SIZE = 4;
  private static final int MAX_ENTRIES = 65_536;

  /// The map, while a program is noted in it, and how many are.
  private static @Nullable Fd map;

  private static int count;

  private StandingNotes() {}

  /// A program at a place that somebody else noted.
  ///
  /// @param place the place, as the hook writes it
  /// @param program the id of the program
  public record Entry(String place, int program) {}

  /// Notes a program before it is put somewhere. A kernel that cannot keep the note takes the
  /// program all the same.
  ///
  /// @param place the place, as the hook writes it: at most 110 letters of ASCII, no blank at the
  ///   end
  /// @param program the descriptor of the program
  /// @return 0, or the error number of why it is not noted
  static synchronized int add(String place, int program) {
    var notes = map;
    if (notes == null) {
      var made = create();
      if (!made.ok()) {
        return made.errno();
      }
      notes = made.fd();
    }
    var errno = put(notes, key(OwnerNote.own().toString()));
    if (errno == 0) {
      errno = put(notes, key(place, program));
    }
    if (errno == 0) {
      errno = Bpf.progBindMap(program, notes.number());
    }
    if (errno == 0) {
      map = notes;
      count++;
    } else if (map == null) {
      notes.close();
    }
    return errno;
  }

  private static Result create() {
    var wanted =
        MapCreate.of(HASH, KEY_SIZE, VALUE_SIZE, MAX_ENTRIES, NAME).withFlags(BPF_F_NO_PREALLOC);
    var made = Bpf.mapCreate(wanted);
    return made.errno() == Errno.EPERM && Memlock.lift() ? Bpf.mapCreate(wanted) : made;
  }

  private static int put(Fd notes, byte[] key) {
    return Bpf.mapUpdate(notes.number(), key, new byte[VALUE_SIZE], 0);
  }

  /// Forgets a program that [#add] noted.
  static synchronized void remove(String place, int program) {
    if (map != null) {
      Bpf.mapDelete(map.number(), key(place, program));
      release();
    }
  }

  /// Ends one of several notes of the same program at the same place.
  static synchronized void release() {
    if (map != null && --count == 0) {
      map.close();
      map = null;
    }
  }

  /// Whether two descriptors are of one program.
  static boolean isSame(int program, int other) {
    return ObjectInfo.program(program).id() == ObjectInfo.program(other).id();
  }

  private static byte[] key(String place, int program) {
    return key(place + " " + ObjectInfo.program(program).id());
  }

  private static byte[] key(String text) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), KEY_SIZE);
  }

  /// What processes that are gone left at places that begin so: what they noted, which may have
  /// been taken off since. None where the kernel shows this process no maps but its own.
  public static List<Entry> left(String beginning) {
    var found = new ArrayList<Entry>();
    for (int id : maps()) {
      var opened = Bpf.openById(ObjectKind.MAP, id);
      if (opened.ok()) {
        try (var fd = opened.fd()) {
          var info = ObjectInfo.map(fd.number());
          if (info.name().equals(NAME) && info.keySize() == KEY_SIZE) {
            addLeft(fd, beginning, found);
          }
        }
      }
    }
    return found;
  }

  private static List<Integer> maps() {
    try {
      return ObjectInfo.ids(ObjectKind.MAP);
    } catch (BpfException _) {
      // Without CAP_SYS_ADMIN: such a process does not see what others left.
      return List.of();
    }
  }

  private static void addLeft(Fd notes, String beginning, List<Entry> found) {
    var isGone = false;
    var entries = new ArrayList<Entry>();
    byte[] key = null;
    while (true) {
      var next = new byte[KEY_SIZE];
      if (Bpf.mapNextKey(notes.number(), key, next) != 0) {
        break;
      }
      key = next;
      var text = new String(key, StandardCharsets.US_ASCII).replaceAll("\0+$", "");
      var owner = OwnerNote.in(text);
      if (owner.isPresent()) {
        isGone = owner.get().isGone();
      } else if (text.startsWith(beginning) && text.matches(".* \\d{1,9}")) {
        var end = text.lastIndexOf(' ');
        entries.add(new Entry(text.substring(0, end), Integer.parseInt(text.substring(end + 1))));
      }
    }
    if (isGone) {
      found.addAll(entries);
    }
  }
}
