package org.ebpf4j.object;

import org.ebpf4j.btf.CoreRelocation;

/// A CO-RE relocation of an object and whose instruction it is for. They are resolved in the order
/// of the file, because what one finds narrows the choice of those after it.
///
/// @param relocation the relocation; its slot counts from the start of the section
/// @param section the section of the instruction
/// @param function the function of the instruction
/// @param entry whether that is a program of its own; a subprogram is relocated whichever programs
///   are loaded
public record OwnedRelocation(
    CoreRelocation relocation, String section, String function, boolean entry) {}
