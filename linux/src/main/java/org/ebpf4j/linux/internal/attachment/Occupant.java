package org.ebpf4j.linux.internal.attachment;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.query.Holders;
import org.ebpf4j.linux.internal.query.LinkReading;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.query.Surroundings;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Who has a hook that takes only one, or no more, programs: for messages.
public final class Occupant {
  private static final int MOST = 3;

  private static final Set<AttachType> ON_FUNCTIONS =
      EnumSet.of(AttachType.TRACE_FENTRY, AttachType.TRACE_FEXIT, AttachType.MODIFY_RETURN);

  private Occupant() {}

  /// The program at an index of a hook, with its link, and the process that holds one of both,
  /// where it is to be found: `program 42 'drop' (xdp), by link 7, of process 1234 (java)`.
  public static String on(LinkCalls.Attached hook, int index) {
    var link = hook.links()[index];
    return program(hook.programs()[index])
        + (link == 0 ? ", without a link" : ", by " + link(link));
  }

  /// A link with the processes that hold it, where they are to be found: `link 7 of process 1234
  /// (java)`.
  public static String link(int id) {
    return "link " + id + of(Holders.ofLink(id));
  }

  /// A map with the processes that hold it: `map 12 'ops' of process 1234 (java)`.
  public static String map(int id, String name) {
    return "map " + id + " '" + name + "'" + of(Holders.ofMap(id));
  }

  private static String of(List<String> holders) {
    return holders.isEmpty() ? "" : " of " + String.join(", ", holders);
  }

  /// The links that something is true of, with their programs and who holds them, for the end of a
  /// sentence: `: program 42 'drop' (xdp), by link 7 of process 1234 (java)`. Of many the first
  /// three. Empty where there are none, or this process may not see any.
  public static String ofLinks(Predicate<LinkInfo> which) {
    try (var surroundings = new Surroundings()) {
      var found = LinkReading.all(surroundings).stream().filter(which).toList();
      return found.isEmpty()
          ? ""
          : found.stream()
              .limit(MOST)
              .map(l -> program(l.programId()) + ", by " + link(l.id()))
              .collect(
                  Collectors.joining(
                      "; ",
                      ": ",
                      found.size() > MOST ? " and " + (found.size() - MOST) + " more" : ""));
    } catch (BpfException _) {
      return "";
    }
  }

  /// The programs that are on a function of the kernel or of another program, for the end of a
  /// sentence. Kernels before 5.13 do not say where such programs are: then those that may be
  /// there. Empty where there are none, or this process may not see any.
  public static String onFunction(String name) {
    var known = ofLinks(l -> l instanceof LinkInfo.Tracing t && t.function().equals(name));
    if (!known.isEmpty()) {
      return known;
    }
    var others =
        ofLinks(l -> l instanceof LinkInfo.Tracing t && t.function().isEmpty() && isOnFunction(t));
    return others.isEmpty()
        ? ""
        : "; this kernel does not say on which function these are" + others;
  }

  private static boolean isOnFunction(LinkInfo.Tracing link) {
    return link.isReplacement() || link.attachType().filter(ON_FUNCTIONS::contains).isPresent();
  }

  /// A program with its name and type, as far as they can be known: `program 42 'drop' (xdp)`.
  public static String program(int id) {
    var opened = Bpf.openById(ObjectKind.PROGRAM, id);
    if (!opened.ok()) {
      return "program " + id;
    }
    try (var fd = opened.fd()) {
      return programOf(fd.number());
    }
  }

  /// The program that a descriptor refers to: `program 42 'drop' (xdp)`.
  public static String programOf(int fd) {
    var info = ObjectInfo.program(fd);
    return "program " + info.id() + " '" + info.name() + "' (" + info.typeLabel() + ")";
  }
}
