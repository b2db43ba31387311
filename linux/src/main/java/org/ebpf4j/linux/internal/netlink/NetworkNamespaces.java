package org.ebpf4j.linux.internal.netlink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ebpf4j.linux.inspect.NetnsInfo;
import org.ebpf4j.linux.internal.host.Mounts;

/// The network namespaces of this machine that a file stands for, as far as this process may see:
/// those that threads are in, that are mounted (`ip netns`), and that descriptors keep.
public final class NetworkNamespaces {
  private static final Pattern IDENTITY = Pattern.compile("net:\\[([0-9]+)]");
  private static final Path NAMES = Path.of("/run/netns");
  private static final Path OLD_NAMES = Path.of("/var/run/netns");

  private final Map<Long, NetnsInfo> found = new LinkedHashMap<>();

  private NetworkNamespaces() {}

  /// All of them: that of the calling thread first, then by their numbers.
  public static List<NetnsInfo> all() {
    var search = new NetworkNamespaces();
    var here = inode(Path.of("/proc/thread-self/ns/net"));
    search.named();
    search.processes();
    return search.found.values().stream()
        .sorted(
            Comparator.comparing((NetnsInfo n) -> n.inode() != here)
                .thenComparingLong(NetnsInfo::inode))
        .toList();
  }

  /// The number of the calling thread's; 0 where it cannot be told.
  public static long current() {
    return inode(Path.of("/proc/thread-self/ns/net"));
  }

  private void named() {
    for (var mount : Mounts.read().all()) {
      if (mount.type().equals("nsfs")) {
        var inode = inode(mount.root());
        if (inode != 0) {
          var point = mount.point();
          var parent = point.getParent();
          var isName = NAMES.equals(parent) || OLD_NAMES.equals(parent);
          add(new NetnsInfo(inode, point.toString(), isName ? last(point) : "", 0, ""));
        }
      }
    }
  }

  private static String last(Path path) {
    var name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  /// Joins what is known of one: a name counts more than a process.
  private void add(NetnsInfo next) {
    found.merge(
        next.inode(),
        next,
        (a, b) ->
            new NetnsInfo(
                a.inode(),
                !a.name().isEmpty() || b.name().isEmpty() ? a.path() : b.path(),
                a.name().isEmpty() ? b.name() : a.name(),
                a.process() == 0 ? b.process() : a.process(),
                a.process() == 0 ? b.command() : a.command()));
  }

  private void processes() {
    var all = numbered(Path.of("/proc"));
    for (var process : all) {
      var inode = inode(process.resolve("ns/net"));
      if (inode != 0 && isNew(inode)) {
        var id = Integer.parseInt(last(process));
        add(new NetnsInfo(inode, process + "/ns/net", "", id, command(process)));
      }
    }
    for (var process : all) {
      for (var thread : numbered(process.resolve("task"))) {
        addKept(thread.resolve("ns/net"));
      }
      for (var descriptor : numbered(process.resolve("fd"))) {
        addKept(descriptor);
      }
    }
  }

  private boolean isNew(long inode) {
    var known = found.get(inode);
    return known == null || known.process() == 0;
  }

  /// One that no process is in as a whole.
  private void addKept(Path file) {
    var inode = inode(file);
    if (inode != 0 && !found.containsKey(inode)) {
      add(new NetnsInfo(inode, file.toString(), "", 0, ""));
    }
  }

  /// The entries of a directory that are numbers, in their order; none where it may not be read.
  private static Collection<Path> numbered(Path directory) {
    var entries = new ArrayList<Path>();
    try (var stream = Files.newDirectoryStream(directory, "[0-9]*")) {
      stream.forEach(entries::add);
    } catch (IOException | DirectoryIteratorException _) {
      // It ended meanwhile, or belongs to somebody else.
    }
    entries.sort(Comparator.comparingInt(entry -> Integer.parseInt(last(entry))));
    return entries;
  }

  private static long inode(Path file) {
    try {
      return inode(Files.readSymbolicLink(file).toString());
    } catch (IOException _) {
      return 0;
    }
  }

  private static long inode(String identity) {
    Matcher matcher = IDENTITY.matcher(identity);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private static String command(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException _) {
      return "gone";
    }
  }
}
