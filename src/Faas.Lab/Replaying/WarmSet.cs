namespace Faas.Lab.Replaying;

/// <summary>The functions that a worker has loaded: bounded by number, the least recently used goes first. A list threaded through arrays.</summary>
internal sealed class WarmSet
{
    private readonly int _capacity;
    private readonly int[] _newer;
    private readonly int[] _older;
    private readonly bool[] _isLoaded;
    private int _newest = -1;
    private int _oldest = -1;
    private int _count;

    /// <param name="functions">Functions there are; they are named 0 and up.</param>
    /// <param name="capacity">How many may be loaded; 0 = all.</param>
    public WarmSet(int functions, int capacity)
    {
        _capacity = capacity == 0 ? functions : capacity;
        _newer = new int[functions];
        _older = new int[functions];
        _isLoaded = new bool[functions];
    }

    /// <summary>Uses a function, which makes it the last to go.</summary>
    /// <returns>True when it was loaded already.</returns>
    public bool Use(int function)
    {
        if (function == _newest)
        {
            return true;
        }

        var wasLoaded = _isLoaded[function];
        if (wasLoaded)
        {
            Unlink(function);
        }
        else
        {
            _isLoaded[function] = true;
            if (_count == _capacity)
            {
                var gone = _oldest;
                Unlink(gone);
                _isLoaded[gone] = false;
            }
            else
            {
                _count++;
            }
        }

        _newer[function] = -1;
        _older[function] = _newest;
        if (_newest >= 0)
        {
            _newer[_newest] = function;
        }
        else
        {
            _oldest = function;
        }

        _newest = function;
        return wasLoaded;
    }

    private void Unlink(int function)
    {
        var (newer, older) = (_newer[function], _older[function]);
        if (newer >= 0)
        {
            _older[newer] = older;
        }
        else
        {
            _newest = older;
        }

        if (older >= 0)
        {
            _newer[older] = newer;
        }
        else
        {
            _oldest = newer;
        }
    }
}
