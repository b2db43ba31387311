package org.ebpf4j.linux.internal.binary;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.ebpf4j.binary.Binary;
import org.ebpf4j.binary.Function;
import org.ebpf4j.binary.Segment;
import org.ebpf4j.binary.StaticProbe;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;

/// The code of a program file that probes go to: says which byte of the file a function is.
public final class UserCode {
  private static final int SHOWN = 5;

  private final String what;
  private final FoundFile found;
  private final ProgramFile file;

  private UserCode(String what, FoundFile found, ProgramFile file) {
    this.what = what;
    this.found = found;
    this.file = file;
  }

  /// Finds a file and reads its headers.
  ///
  /// @param what the attempt, for messages
  /// @param binary a path, a name, or `ARCHIVE!/ENTRY`
  /// @param pid the process that has it; 0 for none in particular
  /// @throws NotFoundException where there is no such file, or no such process
  /// @throws org.ebpf4j.error.MalformedObjectException where it is no program file
  public static UserCode open(String what, String binary, int pid) {
    var found = FileSearch.find(what, binary, pid);
    return new UserCode(what, found, ProgramFiles.open(what, found));
  }

  /// The path of the file that the kernel is given.
  public String path() {
    return found.path().toString();
  }

  /// How people are told of it.
  public String shown() {
    return found.shown();
  }

  /// The headers.
  public Binary binary() {
    return file.binary();
  }

  /// The byte of the kernel's file for one of this.
  private long inFile(long offset) {
    return file.start() + offset;
  }

  /// The byte of the file for a place.
  ///
  /// @param symbol the function; empty where `offset` counts from the start of the file
  /// @throws NotFoundException where there is no such function
  /// @throws BpfException where it is imported, several have the name, or the place is no code
  public long offset(String symbol, long offset) {
    return inFile(symbol.isEmpty() ? checked(offset) : offset(function(symbol), offset));
  }

  private long offset(Function function, long offset) {
    var start =
        file.binary()
            .fileOffset(function.address())
            .orElseThrow(() -> noCode(function.fullName() + " has its address"));
    return checked(start + offset);
  }

  private long checked(long offset) {
    if (file.binary().segments().stream().noneMatch(s -> isCode(s, offset))) {
      throw noCode("byte 0x" + Long.toHexString(offset) + " is");
    }
    return offset;
  }

  private static boolean isCode(Segment segment, long offset) {
    return segment.executable()
        && offset >= segment.offset()
        && offset - segment.offset() < segment.fileSize();
  }

  private BpfException noCode(String what) {
    return new BpfException(
        this.what
            + ": "
            + what
            + " outside of what "
            + found.shown()
            + " has of instructions\n  try: a place in its .text, as objdump -d lists them");
  }

  private Function function(String symbol) {
    var functions = file.functions().find(symbol);
    var defined = functions.stream().filter(Function::isDefined).toList();
    if (defined.size() == 1) {
      return defined.getFirst();
    }
    if (defined.size() > 1) {
      throw ambiguous(symbol, defined);
    }
    throw functions.isEmpty() ? missing(symbol) : imported(symbol);
  }

  private BpfException ambiguous(String symbol, List<Function> candidates) {
    var places = new ArrayList<String>();
    for (var candidate : candidates) {
      if (places.size() < SHOWN) {
        places.add(
            candidate.fullName()
                + " at 0x"
                + Long.toHexString(file.binary().fileOffset(candidate.address()).orElse(0L)));
      }
    }
    return new BpfException(
        what
            + ": "
            + candidates.size()
            + " functions of "
            + found.shown()
            + " have the name "
            + symbol
            + ": "
            + String.join(", ", places)
            + "\n  try: one of them by its byte in the file, as in "
            + found.shown()
            + ":"
            + places.getFirst().replaceAll(".* at ", ""));
  }

  private BpfException imported(String symbol) {
    var libraries = file.binary().neededLibraries();
    return new BpfException(
        what
            + ": "
            + found.shown()
            + " only imports "
            + symbol
            + ": its code is in a library"
            + (libraries.isEmpty()
                ? ""
                : "\n  try: "
                    + libraries.stream()
                        .limit(SHOWN)
                        .map(l -> l + ":" + symbol)
                        .collect(Collectors.joining(", or "))));
  }

  private BpfException missing(String symbol) {
    var names = file.functions().names();
    return new NotFoundException(
        "function of " + found.shown(),
        symbol,
        names,
        file.lacksDecompressor()
            ? "The file has more symbols, compressed in .gnu_debugdata: with the module"
                + " org.ebpf4j:ebpf4j-minidebuginfo they are read"
            : names.isEmpty()
                ? "The file has no symbols of functions, they were stripped off"
                : "It has " + names.size() + " with names",
        names.isEmpty()
            ? "a place in the file, FILE:0xOFFSET"
            : "a pattern, such as '*"
                + symbol.replaceAll("[*?]", "")
                + "*', or a place in the file, FILE:0xOFFSET: the compiler may have inlined it,"
                + " or the name was stripped off");
  }

  /// The bytes of the file for one of a list of functions: a name, a pattern, or an offset.
  ///
  /// @throws NotFoundException where nothing has the name or fits the pattern
  /// @throws BpfException where it is imported, several have the name, or the place is no code
  public List<Long> offsets(String function) {
    if (function.matches("[0-9].*")) {
      return List.of(offset("", Long.decode(function)));
    }
    if (function.indexOf('*') < 0 && function.indexOf('?') < 0) {
      return List.of(offset(function, 0));
    }
    var matching = file.functions().matching(function);
    if (matching.isEmpty()) {
      var plain = function.replaceAll("[*?]", "");
      throw plain.isEmpty()
          ? missing(function)
          : new NotFoundException(
              "function of " + found.shown() + " that fits",
              function,
              file.functions().names(),
              "It has " + file.functions().names().size() + " with names");
    }
    return matching.stream().map(f -> inFile(offset(f, 0))).distinct().toList();
  }

  /// Whether what is at a function is code that only chooses one.
  public boolean isChoice(String symbol) {
    return !symbol.isEmpty()
        && file.functions().find(symbol).stream().anyMatch(Function::isIndirect);
  }

  /// The places of a static probe, each once.
  ///
  /// @throws NotFoundException where there is no such probe
  public List<StaticProbe> staticProbes(String provider, String name) {
    var all = file.staticProbes();
    var seen = new java.util.HashSet<Long>();
    var places =
        all.stream()
            .filter(p -> p.provider().equals(provider) && p.name().equals(name))
            .filter(p -> seen.add(p.offset()))
            .map(this::inFile)
            .toList();
    if (places.isEmpty()) {
      throw new NotFoundException(
          "static probe of " + found.shown(),
          provider + ":" + name,
          all.stream().map(p -> p.provider() + ":" + p.name()).distinct().toList(),
          all.isEmpty() ? "The file has none" : "",
          all.isEmpty()
              ? "a file that was built with static probes, as readelf -n lists them"
              : "");
    }
    return places;
  }

  private StaticProbe inFile(StaticProbe probe) {
    return new StaticProbe(
        probe.provider(),
        probe.name(),
        probe.address(),
        inFile(probe.offset()),
        probe.semaphore() == 0 ? 0 : inFile(probe.semaphore()),
        probe.arguments());
  }

  /// Where a byte of the file is in the memory of a process: at as many addresses as it is mapped.
  ///
  /// @param offset the byte of the kernel's file
  /// @throws NotFoundException where there is no such process
  public List<Long> addresses(int pid, long offset) {
    var inode = TargetProcess.inode(found.path());
    return TargetProcess.of(what, pid).mappedFiles().stream()
        .filter(m -> m.executable() && m.inode() == inode)
        .filter(m -> offset >= m.offset() && offset - m.offset() < m.end() - m.start())
        .map(m -> m.start() + offset - m.offset())
        .toList();
  }
}
