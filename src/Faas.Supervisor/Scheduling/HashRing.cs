namespace Faas.Supervisor.Scheduling;

/// <summary>
/// Points on the circle of 64-bit numbers, several for each worker (virtual nodes, Karger et al. 1997). Built over every position of a set,
/// ready or not, so a crash and a restart move nothing: an unready worker is stepped over and gets its functions back when it returns.
/// </summary>
internal sealed class HashRing
{
    // 128 points a worker keep the shares of a small pool within about 1/sqrt(128) = 9 % of each other; a large pool gets fewer, so that
    // building (a sort) stays at milliseconds: 1,024 workers x 32 = 32,768 points.
    private const int MaxPointsPerWorker = 128;
    private const int MinPointsPerWorker = 32;
    private const int AimedPoints = 16_384;

    private readonly ulong[] _points;
    private readonly int[] _positions;

    public HashRing(ReadOnlySpan<WorkerState> workers)
    {
        int each = Math.Clamp(AimedPoints / Math.Max(workers.Length, 1), MinPointsPerWorker, MaxPointsPerWorker);
        _points = new ulong[workers.Length * each];
        _positions = new int[_points.Length];
        for (int i = 0; i < _points.Length; i++)
        {
            int position = i / each;
            _positions[i] = position;

            // From the index, not the position: a worker keeps its points when others join or leave.
            _points[i] = Mix(((ulong)(uint)workers[position].Index << 32) | (uint)(i % each));
        }

        Array.Sort(_points, _positions);
    }

    public int Length => _points.Length;

    /// <summary>Number of the first point at or after the function's own place on the circle.</summary>
    public int Find(uint functionHash)
    {
        // A constant of its own keeps functions off the very points of the workers.
        int found = Array.BinarySearch(_points, Mix(functionHash ^ 0x5bd1_e995_0000_0000UL));
        int point = found >= 0 ? found : ~found;
        return point == _points.Length ? 0 : point;
    }

    /// <summary>The worker's position at a point.</summary>
    public int PositionAt(int point) => _positions[point];

    /// <summary>The point after, clockwise.</summary>
    public int Next(int point) => point + 1 == _points.Length ? 0 : point + 1;

    // The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): every input bit reaches every output bit.
    private static ulong Mix(ulong value)
    {
        value += 0x9e37_79b9_7f4a_7c15;
        value = (value ^ (value >> 30)) * 0xbf58_476d_1ce4_e5b9;
        value = (value ^ (value >> 27)) * 0x94d0_49bb_1331_11eb;
        return value ^ (value >> 31);
    }
}
