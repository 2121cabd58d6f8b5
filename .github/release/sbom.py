#!/usr/bin/env python3
"""What a binary for a target is built from, as a CycloneDX 1.5 bill of materials on standard output.

    .github/release/sbom.py TARGET

Taken from Cargo.lock and from what cargo says of it: the crates that are linked in and those that run at build time, each
with its version, licence, checksum and address, and who needs whom. What only tests need is not in it. No program but
cargo takes part, and the same commit gives the same bytes.
"""
import json, subprocess, sys, tomllib


def crates(target):
    """Packages by id and, for each that is reached from ours, the ids it needs."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    needs = {
        node["id"]: sorted(dep["pkg"] for dep in node["deps"] if any(kind["kind"] != "dev" for kind in dep["dep_kinds"]))
        for node in said["resolve"]["nodes"]
    }
    root, reached = said["resolve"]["root"], {}
    waiting = [root]
    while waiting:
        id = waiting.pop()
        if id not in reached:
            reached[id] = needs[id]
            waiting.extend(needs[id])
    return root, {package["id"]: package for package in said["packages"]}, reached


def main():
    target = sys.argv[1]
    root, packages, reached = crates(target)
    locked = tomllib.load(open("Cargo.lock", "rb"))["package"]
    checksums = {(one["name"], one["version"]): one.get("checksum") for one in locked}
    purl = lambda id: f"pkg:cargo/{packages[id]['name']}@{packages[id]['version']}"

    def component(id, kind):
        package = packages[id]
        made = {"type": kind, "bom-ref": purl(id), "name": package["name"], "version": package["version"], "purl": purl(id)}
        if package["license"]:
            made["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
        if checksum := checksums[package["name"], package["version"]]:
            made["hashes"] = [{"alg": "SHA-256", "content": checksum}]
        if package["repository"]:
            made["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
        return made

    others = sorted((id for id in reached if id != root), key=purl)
    json.dump(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": {"component": component(root, "application"), "properties": [{"name": "target", "value": target}]},
            "components": [component(id, "library") for id in others],
            "dependencies": [
                {"ref": purl(id), "dependsOn": sorted(set(map(purl, reached[id])))} for id in [root, *others]
            ],
        },
        sys.stdout,
        indent=1,
    )
    print()


main()
