package org.ebpf4j.linux.internal.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.sys.FileIo;

/// Which process made something that outlives it: a text to be put into the name of that thing.
/// Whoever finds it later can tell whether the process is gone. Names of events in tracefs have
/// letters, digits and `_` only, and are short: they have it as a [#word()].
///
/// @param pid the process, as its PID namespace numbers it
/// @param start when it was started, in ticks since boot
/// @param pidNamespace its PID namespace; 0 where it is not known
/// @param timeNamespace its time namespace, which moves the boot; 0 where there are none
public record OwnerNote(long pid, long start, long pidNamespace, long timeNamespace) {
  private static final Pattern FORM =
      Pattern.compile("ebpf4j:(\\d{1,18}):(\\d{1,18}):(\\d{1,18}):(\\d{1,18})");

  private static final int RADIX = 36;

  /// A [#word()]: the process's namespace, the process, its start, and the other namespace.
  private static final Pattern WORD =
      Pattern.compile("([0-9a-z]{1,9})_([0-9a-z]{1,9})_([0-9a-z]{1,12})_([0-9a-z]{1,9})");

  private static final OwnerNote OWN = find();

  /// The field of `/proc/PID/stat` that has the start, counted from the one behind the command.
  private static final int START_FIELD = 19;

  /// The note of this process.
  public static OwnerNote own() {
    return OWN;
  }

  private static OwnerNote find() {
    var pid = ProcessHandle.current().pid();
    return new OwnerNote(
        pid,
        start("/proc/self/stat").orElse(0),
        isOwnProc(pid) ? namespace("pid") : 0,
        namespace("time"));
  }

  /// Whether `/proc` numbers processes as this one is numbered: it may be that of another
  /// namespace.
  private static boolean isOwnProc(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self")).toString().equals(Long.toString(pid));
    } catch (IOException _) {
      return false;
    }
  }

  private static long namespace(String kind) {
    try {
      var target = Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind)).toString();
      return Long.parseLong(target.replaceAll("[^0-9]", ""));
    } catch (IOException | NumberFormatException _) {
      return 0;
    }
  }

  /// The command stands in parentheses, and may have any others in it.
  private static OptionalLong start(String file) {
    return ProcFile.value(file)
        .map(text -> text.substring(text.lastIndexOf(')') + 1).strip().split(" "))
        .filter(fields -> fields.length > START_FIELD)
        .map(fields -> OptionalLong.of(Long.parseLong(fields[START_FIELD])))
        .orElse(OptionalLong.empty());
  }

  /// The note in a name; empty where there is none.
  public static Optional<OwnerNote> in(String name) {
    return Optional.of(FORM.matcher(name)).filter(Matcher::find).map(OwnerNote::of);
  }

  /// A name such as `drop@ebpf4j:…#1` without the note and what is behind it.
  public static String without(String name) {
    var matcher = FORM.matcher(name);
    return matcher.find() ? name.substring(0, matcher.start()).replaceAll("@$", "") : name;
  }

  /// The note of a word; empty where it is of another form.
  public static Optional<OwnerNote> ofWord(String word) {
    return Optional.of(WORD.matcher(word))
        .filter(Matcher::matches)
        .map(m ->
            new OwnerNote(
                Long.parseLong(m.group(2), RADIX),
                Long.parseLong(m.group(3), RADIX),
                Long.parseLong(m.group(1), RADIX),
                Long.parseLong(m.group(4), RADIX)));
  }

  /// The text of it in lower case letters, digits and `_`.
  public String word() {
    return Long.toString(pidNamespace, RADIX)
        + "_"
        + Long.toString(pid, RADIX)
        + "_"
        + Long.toString(start, RADIX)
        + "_"
        + Long.toString(timeNamespace, RADIX);
  }

  private static OwnerNote of(Matcher m) {
    return new OwnerNote(
        Long.parseLong(m.group(1)),
        Long.parseLong(m.group(2)),
        Long.parseLong(m.group(3)),
        Long.parseLong(m.group(4)));
  }

  /// Whether the process is certainly gone. One of another namespace is never.
  public boolean isGone() {
    var own = own();
    if (own.pidNamespace == 0
        || pidNamespace != own.pidNamespace
        || timeNamespace != own.timeNamespace) {
      return false;
    }
    var process = FileIo.openProcess(pid);
    if (!process.ok()) {
      return process.errno() == Errno.ESRCH;
    }
    process.fd().close();
    var now = start("/proc/" + pid + "/stat");
    return now.isPresent() && now.getAsLong() != start;
  }

  /// The text of it.
  @Override
  public String toString() {
    return "ebpf4j:" + pid + ":" + start + ":" + pidNamespace + ":" + timeNamespace;
  }
}
